// What one can do with the entries of a list, each as one edit with a way back.
import * as Y from "yjs";
import { watchPath } from "../../collab/changes";
import type { DocumentSession } from "../../collab/document-session";
import type { Path } from "../../collab/path";
import { contentAt, entryFieldsAt, POSITION } from "../../collab/shape";
import { addEntry, entriesAt, moveEntry, newEntry, removeEntry, valueAt } from "../../collab/values";
import { shortTitle } from "../../ui/short-title";
import { toasts } from "../../ui/toasts";

/**
 * Moves an entry up (-1) or down (1) among those that are shown.
 *
 * Returns its new number among them, from 1; null: it is at that end, or gone.
 */
export function nudgeEntry(
  session: DocumentSession,
  path: Path,
  id: string,
  by: -1 | 1,
  shown: readonly string[] = entriesAt(session.doc, path).map((entry) => entry.id),
): number | null {
  const at = shown.indexOf(id);
  const neighbour = at < 0 ? undefined : shown[at + by];
  if (neighbour === undefined) return null;
  const before = by < 0 ? neighbour : followerOf(session.doc, path, neighbour);
  moveEntry(session, path, id, { before });
  return at + by + 1;
}

/** Puts an entry before another one, or after the last that is shown. */
export function dropEntry(
  session: DocumentSession,
  path: Path,
  id: string,
  before: string | null,
  shown: readonly string[],
): void {
  const last = shown.at(-1);
  const target = before ?? (last === undefined || last === id ? null : followerOf(session.doc, path, last));
  if (before === null && last === id) return;
  moveEntry(session, path, id, { before: target });
}

/** Adds a copy right after an entry. Returns its id; null: the entry is gone. */
export function duplicateEntry(session: DocumentSession, path: Path, id: string): string | null {
  const order = entriesAt(session.doc, path).map((entry) => entry.id);
  const at = order.indexOf(id);
  if (at < 0) return null;
  return addEntry(session, path, contentOf(session, path, id), { before: order[at + 1] ?? null });
}

/** Removes an entry and offers to bring it back, under the same id, until the toast goes or the entry is back already. */
export function removeWithUndo(session: DocumentSession, path: Path, id: string, name: string): void {
  const entry = entriesAt(session.doc, path).find((one) => one.id === id);
  if (entry === undefined) return;
  const content = { ...contentOf(session, path, id), [POSITION]: entry.map.get(POSITION) };
  removeEntry(session, path, id);
  offerBack(session, [...path, id], name, (list) => list.set(id, newEntry(entryFieldsAt(session.kind, path), content)));
}

/**
 * Says that what was at a path was removed just now, and offers to bring it back, until the toast goes or it is back
 * already. `putBack`: sets it anew in the map it was in.
 */
export function offerBack(
  session: DocumentSession,
  path: Path,
  name: string,
  putBack: (around: Y.Map<unknown>) => void,
): void {
  const removal = session.undo.undoStack.at(-1);
  const bringBack = () => {
    const around = mapAround(session.doc, path);
    if (around === null || isThere(session.doc, path) || !session.getState().mayWrite) return;
    // As long as nothing was done since, this is plain undo; later it would undo something else first.
    if (removal !== undefined && session.undo.undoStack.at(-1) === removal) session.undoMine();
    else session.edit(() => putBack(around));
  };
  toasts.show({
    tone: "plain",
    text: `${shortTitle(name)} removed.`,
    action: { name: "Undo", onAction: bringBack },
    until: (isBack) => whenBack(session, path, isBack),
  });
}

/** Calls the listener when what was at a path is there again, whoever brought it back. Returns how to stop. */
export function whenBack(session: DocumentSession, path: Path, listener: () => void): () => void {
  const look = () => {
    if (isThere(session.doc, path)) listener();
  };
  const watch = () => watchPath(session.doc, path, look);
  let stopDoc = watch();
  // A refusal replaces the document, and may be one of the removal.
  const stopSession = session.subscribe(() => {
    stopDoc();
    stopDoc = watch();
    look();
  }, "generation");
  return () => {
    stopSession();
    stopDoc();
  };
}

function isThere(doc: Y.Doc, path: Path): boolean {
  return mapAround(doc, path)?.has(path.at(-1) ?? "") === true;
}

/** The map that holds what is at a path; null: it is gone, too. */
function mapAround(doc: Y.Doc, path: Path): Y.Map<unknown> | null {
  const around = contentAt(doc, path.slice(0, -1));
  return around instanceof Y.Map ? (around as Y.Map<unknown>) : null;
}

/** The entry after another one in the whole list, hidden ones included; null: it is the last. */
function followerOf(doc: Y.Doc, path: Path, id: string): string | null {
  const order = entriesAt(doc, path).map((entry) => entry.id);
  return order[order.indexOf(id) + 1] ?? null;
}

function contentOf(session: DocumentSession, path: Path, id: string): Record<string, unknown> {
  const fields = [...entryFieldsAt(session.kind, path).keys()];
  return Object.fromEntries(fields.map((field) => [field, valueAt(session.doc, [...path, id, field])]));
}
