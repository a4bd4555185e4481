// What is typed and not shared yet: the document counts it, and going away takes none of it.
import { useEffect, useRef } from "react";
import { useDocument } from "../../collab/context";
import type { DocumentSession } from "../../collab/document-session";
import { pointerTo, type Path } from "../../collab/path";

export interface Unshared {
  path: Path;
  /** What was typed; null: nothing that is not shared. */
  typed: string | null;
  /** What was there before, as the field shows it. */
  before: string;
  /** Why it cannot be shared as it is; null: it can. */
  problem: string | null;
  /** Shares it. */
  commit: () => void;
}

/**
 * Leaving the page, closing the tab and looking at another one fire no blur: what was typed is shared then, too. What
 * cannot be shared as it is is given back to its author; whoever comes back to the tab finds it in the field as it was.
 */
export function useUnshared(unshared: Unshared): void {
  const session = useDocument();
  const { path, typed, problem } = unshared;
  const place = pointerTo(path);
  const latest = useRef(unshared);
  /** The draft that was given back while nobody looks, for it may be all that is left of this page. */
  const keptId = useRef<string | null>(null);
  const isTyping = typed !== null;
  const isSound = problem === null;
  useEffect(() => {
    latest.current = unshared;
  });
  // Before it stops being counted: between the two it must not look saved.
  useEffect(
    () => () => {
      if (latest.current.typed === null || keptId.current !== null) return;
      if (latest.current.problem === null) latest.current.commit();
      else giveBack(session, latest.current);
    },
    [session],
  );
  useEffect(() => {
    if (isTyping) session.drafts.put(latest, { place, isSound });
  }, [session, place, isTyping, isSound]);
  useEffect(() => () => session.drafts.drop(latest), [session, isTyping]);
  useEffect(() => {
    const leave = () => {
      if (latest.current.problem === null) latest.current.commit();
      else keptId.current ??= giveBack(session, latest.current);
    };
    const comeBack = () => {
      const id = keptId.current;
      keptId.current = null;
      if (id !== null && latest.current.typed !== null) session.takeBack(id);
    };
    const look = () => (document.visibilityState === "hidden" ? leave() : comeBack());
    if (isTyping) {
      // Before the browser takes the page down: what is shared in `pagehide` may not get out of a tab that closes.
      addEventListener("beforeunload", leave);
      addEventListener("pagehide", leave);
      document.addEventListener("visibilitychange", look);
    }
    return () => {
      removeEventListener("beforeunload", leave);
      removeEventListener("pagehide", leave);
      document.removeEventListener("visibilitychange", look);
    };
  }, [session, isTyping]);
}

/** Gives the words back; returns under which id, null when there are none. */
function giveBack(session: DocumentSession, { path, typed, before, problem }: Unshared): string | null {
  if (typed === null || typed.trim() === "" || problem === null) return null;
  return session.giveBack(path, before, typed, problem);
}
