// Undo and redo of my own edits in the document around, and whether there is anything to undo.
import { startTransition, useEffect, useMemo, useState } from "react";
import { useDocument } from "../../collab/context";
import type { DocumentSession } from "../../collab/document-session";

const EVENTS = ["stack-item-added", "stack-item-popped", "stack-cleared"] as const;

interface Undo {
  canUndo: boolean;
  canRedo: boolean;
  undo: () => void;
  redo: () => void;
}

/** What there is to undo is drawn when the browser finds the time: no key waits for a button. */
export function useUndo(): Undo {
  const session = useDocument();
  const [canUndo, setCanUndo] = useState(false);
  const [canRedo, setCanRedo] = useState(false);
  useEffect(() => {
    const look = () =>
      startTransition(() => {
        setCanUndo(session.undo.canUndo());
        setCanRedo(session.undo.canRedo());
      });
    look();
    return follow(session, look);
  }, [session]);
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
