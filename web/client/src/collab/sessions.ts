// The documents open in this tab: pages of one document share its session, and leaving one for another page keeps it.
import { DocumentSession } from "./document-session";
import { rememberedPerson } from "./identity";
import { leftBehind, removeOldStores } from "./local-store";
import type { Kind } from "./shape";
import { watchUnsaved } from "./unsaved-here";

/** Milliseconds a document stays open when no page shows it: the next page may be about the same one. */
const LINGER_MS = 5_000;
/** Milliseconds between two looks whether everything of such a document is saved by now. */
const LOOK_MS = 2_000;

/** Documents opened in the background to send what was left behind; the rest is sent at the next start. */
const AT_ONCE_MAX = 20;

interface Held {
  readonly session: DocumentSession;
  holders: number;
  isOpened: boolean;
  leaving: ReturnType<typeof setTimeout> | null;
}

const held = new Map<string, Held>();

/** The session of a document, made if there is none. It is opened by the first who holds it. */
export function sessionOf(id: string, kind: Kind): DocumentSession {
  return heldOf(id, kind).session;
}

/** Keeps a session open; returns how to let go. */
export function holdSession(session: DocumentSession): () => void {
  const one = heldOf(session.id, session.kind);
  one.holders += 1;
  if (one.leaving) clearTimeout(one.leaving);
  one.leaving = null;
  if (!one.isOpened) {
    one.isOpened = true;
    void one.session.open();
  }
  return () => {
    one.holders -= 1;
    if (one.holders === 0) one.leaving = setTimeout(() => leave(session.id, one), LINGER_MS);
  };
}

/** Opens a document that is about to be shown; it is left again when no page shows it. */
export function openAhead(id: string, kind: Kind): void {
  holdSession(sessionOf(id, kind))();
}

/**
 * Sends what was written earlier in documents no tab has open now, and forgets what this browser need not keep.
 *
 * Call it once when the page has started and somebody is signed in.
 */
export async function sendLeftBehind(): Promise<void> {
  const personId = rememberedPerson();
  if (personId === null) return;
  try {
    await removeOldStores();
    for (const { documentId, kind } of (await leftBehind(personId)).slice(0, AT_ONCE_MAX)) {
      // It lingers until everything is saved, and leaves.
      openAhead(documentId, kind);
    }
  } catch {
    // A browser that keeps nothing has left nothing behind.
  }
}

function heldOf(id: string, kind: Kind): Held {
  const known = held.get(id);
  if (known && known.session.getState().phase !== "closed") return known;
  const made: Held = { session: new DocumentSession(id, kind), holders: 0, isOpened: false, leaving: null };
  held.set(id, made);
  watchUnsaved(made.session);
  return made;
}

function leave(id: string, one: Held): void {
  const { phase, unsaved } = one.session.getState();
  if (phase === "ready" && unsaved > 0) {
    // What was written offline is sent as soon as it can be, whichever page is shown then.
    one.leaving = setTimeout(() => leave(id, one), LOOK_MS);
    return;
  }
  if (held.get(id) === one) held.delete(id);
  void one.session.close();
}
