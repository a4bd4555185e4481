// What can be done in a song by name and by keys: for the palette, the `?` sheet and whoever presses them.
import { useSyncExternalStore } from "react";
import { useLocation } from "wouter";
import { useActions, type Action } from "../../ui/actions";
import { useMayWrite } from "../fields/use-field";
import { toggleChords, useAreChordsShown } from "./chords-shown";
import type { CurrentSection } from "./current-section";
import type { SectionCommands } from "./section-commands";

const GROUP = "Song";

export interface SongActionsOptions {
  songId: string;
  current: CurrentSection;
  commands: SectionCommands;
  hasSections: boolean;
}

export function useSongActions({ songId, current, commands, hasSections }: SongActionsOptions): void {
  const mayWrite = useMayWrite();
  const isInSection = useSyncExternalStore(current.subscribe, () => current.get() !== null);
  const areChordsShown = useAreChordsShown();
  const [, navigate] = useLocation();
  const nudge = (direction: -1 | 1) => () => {
    const id = current.get();
    if (id !== null) commands.nudge(id, direction);
  };
  const step = (direction: -1 | 1) => () => commands.step(direction);
  const everywhere = { group: GROUP, evenInText: true };
  const reading: Action[] = [
    {
      ...everywhere,
      id: "song.next-section",
      name: "Go to the next section",
      keys: "Mod+Alt+Down",
      isDisabled: !hasSections,
      run: step(1),
    },
    {
      ...everywhere,
      id: "song.previous-section",
      name: "Go to the previous section",
      keys: "Mod+Alt+Up",
      isDisabled: !hasSections,
      run: step(-1),
    },
    { group: GROUP, id: "song.chords", name: areChordsShown ? "Hide chords" : "Show chords", run: toggleChords },
    {
      group: GROUP,
      id: "song.lyric-sheet",
      name: "Open the lyric sheet",
      run: () => navigate(`/songs/${songId}/lyrics`),
    },
  ];
  const writing: Action[] = [
    {
      ...everywhere,
      id: "song.add-section",
      name: "Add a section",
      keys: "Mod+Enter",
      run: () => commands.add(current.get()),
    },
    {
      ...everywhere,
      id: "song.section-up",
      name: "Move the section up",
      keys: "Alt+Up",
      isDisabled: !isInSection,
      run: nudge(-1),
    },
    {
      ...everywhere,
      id: "song.section-down",
      name: "Move the section down",
      keys: "Alt+Down",
      isDisabled: !isInSection,
      run: nudge(1),
    },
  ];
  useActions(mayWrite ? [...writing, ...reading] : reading);
}
