// The keys of a history, for the palette, the `?` sheet and whoever presses them.
import { useActions, type Action } from "../ui/actions";

const GROUP = "History";

export interface HistoryActionsOptions {
  mayWrite: boolean;
  onName: () => void;
  onRestore: () => void;
  onUndo: () => void;
  /** Null: branches begin elsewhere. */
  onBranch: (() => void) | null;
}

export function useHistoryActions({ mayWrite, onName, onRestore, onUndo, onBranch }: HistoryActionsOptions): void {
  const reading: Action[] = [
    // The timeline itself listens to these.
    { id: "history.older", name: "Older, in the timeline", keys: "Down", group: GROUP },
    { id: "history.newer", name: "Newer, in the timeline", keys: "Up", group: GROUP },
    { id: "history.compare", name: "Compare what is focused", keys: "Enter", group: GROUP },
  ];
  const writing: Action[] = [
    { id: "history.name", name: "Name this version", keys: "V", group: GROUP, run: onName },
    { id: "history.restore", name: "Restore this version", keys: "R", group: GROUP, run: onRestore },
    { id: "history.undo", name: "Undo this and keep the rest", keys: "U", group: GROUP, run: onUndo },
    ...(onBranch === null
      ? []
      : [{ id: "history.branch", name: "Branch from this version", keys: "B", group: GROUP, run: onBranch }]),
  ];
  useActions(mayWrite ? [...reading, ...writing] : reading);
}
