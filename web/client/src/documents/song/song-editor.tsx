// The song editor: the arrangement on the left, the words in the middle, the style on the right; on phones one at a time.
import { Plus } from "lucide-react";
import { useEffect, useMemo, useState, type FocusEvent, type KeyboardEvent } from "react";
import { useDocument, useEntries } from "../../collab/context";
import { isMac } from "../../ui/kbd";
import { runAction } from "../../ui/actions";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { buildInTurn } from "../../ui/one-by-one";
import { useMayWrite } from "../fields/use-field";
import { Arrangement } from "./arrangement";
import { CurrentSection, CurrentSectionProvider, sectionAround } from "./current-section";
import { SectionCard } from "./section-card";
import { SectionCommands, SectionCommandsProvider } from "./section-commands";
import { SECTIONS } from "./section-edits";
import { SongFacts } from "./song-facts";
import { SongTitle } from "./song-title";
import { StylePanel } from "./style-panel";
import { useSongActions } from "./use-song-actions";
import { ViewSwitch, type View } from "./view-switch";
import "./song-editor.css";

/** Cards that can be edited at once; those below are built as soon as hands rest and it is seen that they are near. */
const FIRST_CARDS = 1;
/** Sections that are on the page when it opens, about what a window shows. */
const FIRST_SECTIONS = 12;
/** Sections that follow at a time, until all are there. */
const MORE_SECTIONS = 12;

export function SongEditor() {
  const session = useDocument();
  const [current] = useState(() => new CurrentSection());
  const commands = useMemo(() => new SectionCommands(session, current), [session, current]);
  return (
    <CurrentSectionProvider value={current}>
      <SectionCommandsProvider value={commands}>
        <Areas current={current} commands={commands} />
      </SectionCommandsProvider>
    </CurrentSectionProvider>
  );
}

function Areas({ current, commands }: { current: CurrentSection; commands: SectionCommands }) {
  const { id: songId } = useDocument();
  const allIds = useSectionIds();
  const ids = useOpening(allIds);
  const [view, setView] = useState<View>("song");
  useSongActions({ songId, current, commands, hasSections: allIds.length > 0 });
  useEffect(() => {
    // On a phone the way to a section leads to the words, from wherever it was taken.
    return current.subscribe(() => setView("song"));
  }, [current]);
  const enter = (event: FocusEvent) => {
    const section = sectionAround(event.target);
    if (section !== null) current.set(section);
  };
  return (
    // The keys work wherever the focus is in here; every control keeps its own.
    <div className="song-editor" data-view={view} onFocusCapture={enter} onKeyDownCapture={takeKeys}>
      <ViewSwitch view={view} onChange={setView} />
      <div className="song-editor__arrangement">
        <Arrangement ids={ids} />
      </div>
      <div className="song-editor__song">
        <SongTitle />
        <SongFacts />
        {allIds.length === 0 ? <NoSections commands={commands} /> : <Sections ids={ids} commands={commands} />}
      </div>
      <div className="song-editor__style">
        <StylePanel />
      </div>
    </div>
  );
}

function Sections({ ids, commands }: { ids: readonly string[]; commands: SectionCommands }) {
  const mayWrite = useMayWrite();
  return (
    <>
      <h2 className="visually-hidden">Sections</h2>
      <ol className="song-editor__sections">
        {ids.map((id, index) => (
          <SectionCard key={id} id={id} isFirst={index < FIRST_CARDS} mayWrite={mayWrite} />
        ))}
      </ol>
      {mayWrite && (
        <Button
          tone="quiet"
          className="song-editor__add"
          icon={<Plus size={16} aria-hidden />}
          onPress={() => commands.add(ids.at(-1) ?? null)}
        >
          Add a section
        </Button>
      )}
    </>
  );
}

function NoSections({ commands }: { commands: SectionCommands }) {
  const mayWrite = useMayWrite();
  return (
    <EmptyState
      {...(mayWrite
        ? {
            action: (
              <Button tone="primary" icon={<Plus size={16} aria-hidden />} onPress={() => commands.add(null, "verse")}>
                Add a verse
              </Button>
            ),
          }
        : {})}
    >
      This song has no words yet.
    </EmptyState>
  );
}

/** The ids of the sections in their order: the same array until one comes, goes or moves. */
function useSectionIds(): readonly string[] {
  const entries = useEntries(SECTIONS);
  return useMemo(() => entries.map(({ id }) => id), [entries]);
}

/**
 * The sections that are on the page by now: a few at once, the others batch by batch.
 *
 * Only the opening is spread: what is added later must be there at once, for whoever types on into it.
 */
function useOpening(allIds: readonly string[]): readonly string[] {
  const [count, setCount] = useState(FIRST_SECTIONS);
  const isWhole = count >= allIds.length;
  if (isWhole && count !== Infinity) setCount(Infinity);
  useEffect(() => {
    // What is near the window comes first.
    return isWhole ? undefined : buildInTurn(() => setCount(count + MORE_SECTIONS), Infinity);
  }, [count, isWhole]);
  return useMemo(() => (isWhole ? allIds : allIds.slice(0, count)), [allIds, count, isWhole]);
}

/** Keys of the song that editors and fields would otherwise take for themselves. */
function takeKeys(event: KeyboardEvent): void {
  const action = actionOf(event);
  const isInSection = sectionAround(event.target as Element) !== null;
  if (action === null || !isInSection || event.nativeEvent.isComposing || !runAction(action)) return;
  event.preventDefault();
  event.stopPropagation();
}

function actionOf(event: KeyboardEvent): string | null {
  const isMod = isMac ? event.metaKey : event.ctrlKey;
  if (event.shiftKey || (isMac ? event.ctrlKey : event.metaKey)) return null;
  if (isMod && !event.altKey && event.key === "Enter") return "song.add-section";
  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return null;
  const isUp = event.key === "ArrowUp";
  if (isMod) return isUp ? "song.previous-section" : "song.next-section";
  return isUp ? "song.section-up" : "song.section-down";
}
