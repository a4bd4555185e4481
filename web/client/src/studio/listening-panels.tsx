// The player and the words of the take that is loaded.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { bottomBar } from "../ui/bottom-bar";
import { follow, type FollowedSection } from "./follow";
import { LyricsPanel } from "./lyrics-panel";
import { PlayerPanel } from "./player-panel";
import { outlineQuery, songAtQuery, sungWordsQuery, type Song } from "./studio-queries";
import { downloadsOf, isOutdated, type NumberedTake } from "./takes";
import type { Listening } from "./use-listening";

export interface ListeningPanelsProps {
  song: Song;
  title: string;
  take: NumberedTake;
  listening: Listening;
}

export function ListeningPanels({ song, title, take, listening }: ListeningPanelsProps) {
  const { player, state } = listening;
  const outline = useQuery(outlineQuery(take, state.track?.sources[0] ?? null)).data ?? null;
  const words = useQuery(sungWordsQuery(take));
  const downloads = useMemo(() => downloadsOf(take, title), [take, title]);
  const kinds = useMemo(() => kindsOf(song), [song]);
  const isOld = isOutdated(take, song.position);
  const past = useQuery(songAtQuery(song.id, take.document_position, isOld));
  const isReading = words.isPending || (isOld && past.isPending);
  const source = isOld ? (past.data ?? song) : song;
  const sections = useMemo(
    () => (isReading ? [] : follow(take, words.data ?? null, (id) => source.sections[id]?.lyrics ?? null)),
    [take, isReading, words.data, source],
  );
  return (
    <>
      <div className="studio__player" ref={bottomBar}>
        <PlayerPanel player={player} state={state} outline={outline} kinds={kinds} downloads={downloads} />
      </div>
      {(isReading || sections.some((section) => section.lines.length > 0)) && (
        <div className="studio__lyrics">
          <LyricsPanel
            key={take.id}
            player={player}
            state={state}
            sections={sections}
            kinds={kinds}
            notice={isOld && source === song ? noticeOf(sections) : null}
          />
        </div>
      )}
    </>
  );
}

/** The colours of sections that the song no longer has are those of a verse. */
function kindsOf(song: Song): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(song.sections).flatMap(([id, section]) =>
      typeof section.kind === "string" ? [[id, section.kind]] : [],
    ),
  );
}

/** Whose words are shown, where the song cannot be read as it was for the take. */
function noticeOf(sections: readonly FollowedSection[]): string | null {
  const isTimed = sections.some((section) => section.lines.some((line) => line.start_s !== null));
  if (!isTimed) return "The song has changed since this take: these are its words as they are now.";
  return sections.some((section) => section.source === "take")
    ? "The words have changed since: where they differ, you read what this take sings."
    : null;
}
