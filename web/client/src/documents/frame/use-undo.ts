// Undo and redo of my own edits in the document around, and whether there is anything to undo.
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useDocument } from "../../collab/context";
import type { DocumentSession } from "../../collab/document-session";

const EVENTS = ["stack-item-added", "stack-item-popped", "stack-cleared"] as const;

export function useUndo(): { canUndo: boolean; canRedo: boolean; undo: () => void; redo: () => void } {
  const session = useDocument();
  const subscribe = useCallback((listener: () => void) => follow(session, listener), [session]);
  const canUndo = useSyncExternalStore(subscribe, () => session.undo.canUndo());
  const canRedo = useSyncExternalStore(subscribe, () => session.undo.canRedo());
  const commands = useMemo(
    () => ({
      undo: () => session.undoMine(),
      redo: () => session.redoMine(),
    }),
    [session],
  );
  return { canUndo, canRedo, ...commands };
}

function follow(session: DocumentSession, listener: () => void): () => void {
  let { undo } = session;
  EVENTS.forEach((event) => undo.on(event, listener));
  const leave = () => EVENTS.forEach((event) => undo.off(event, listener));
  const stop = session.subscribe(() => {
    if (session.undo === undo) return;
    leave();
    undo = session.undo;
    EVENTS.forEach((event) => undo.on(event, listener));
    listener();
  }, "generation");
  return () => {
    leave();
    stop();
  };
}
