// What this tab holds unsaved: leaving it is warned of while that would be lost, and signing out counts it.
import type { SessionState } from "./session-state";
import { onTabNews } from "./tabs";

interface Watched {
  getState(): Pick<SessionState, "phase" | "unsaved" | "keptLocally" | "drafts">;
  subscribe(listener: () => void): () => void;
}

const unsaved = new Map<Watched, { edits: number; isKept: boolean }>();
let isGivenUp = false;
let isFollowing = false;

/** Follows a session until it is closed. */
export function watchUnsaved(session: Watched): void {
  followSignOuts();
  const look = () => {
    const { phase, unsaved: sent, keptLocally, drafts } = session.getState();
    // What is typed in a field is shared or given back when the tab goes, and kept as far as this browser keeps anything.
    const edits = sent + drafts.length;
    if (phase === "closed" || edits === 0) unsaved.delete(session);
    else unsaved.set(session, { edits, isKept: keptLocally });
    if (phase === "closed") stop();
    warnIfNeeded();
  };
  const stop = session.subscribe(look);
  look();
}

/** How many edits this tab has that the studio did not acknowledge and this browser does not keep. */
export function unsavedOnlyHere(): number {
  return sumOf((one) => !one.isKept);
}

/** How many edits this tab has that the studio did not acknowledge, kept in this browser or not. */
export function unsavedHere(): number {
  return sumOf(() => true);
}

function sumOf(counts: (one: { isKept: boolean }) => boolean): number {
  return [...unsaved.values()].reduce((sum, one) => sum + (counts(one) ? one.edits : 0), 0);
}

/** Whoever signs out was asked already, and has given up what is not saved. */
function followSignOuts(): void {
  if (isFollowing) return;
  isFollowing = true;
  onTabNews((news) => {
    isGivenUp = news.type === "signed-out";
    warnIfNeeded();
  });
}

/** Listens only while there is something to lose: a page that listens always cannot be kept for "back". */
function warnIfNeeded(): void {
  if (unsavedOnlyHere() > 0 && !isGivenUp) addEventListener("beforeunload", warn);
  else removeEventListener("beforeunload", warn);
}

/** The browser asks in its own words. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
