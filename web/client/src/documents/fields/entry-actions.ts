// What one can do with the entries of a list, each as one edit with a way back.
import * as Y from "yjs";
import type { DocumentSession } from "../../collab/document-session";
import type { Path } from "../../collab/path";
import { contentAt, entryFieldsAt, POSITION } from "../../collab/shape";
import { addEntry, entriesAt, moveEntry, newEntry, removeEntry, valueAt } from "../../collab/values";
import { toasts } from "../../ui/toasts";

/** Moves an entry up (-1) or down (1). Returns its new number, from 1; null: it is at that end, or gone. */
export function nudgeEntry(session: DocumentSession, path: Path, id: string, by: -1 | 1): number | null {
  const order = entriesAt(session.doc, path).map((entry) => entry.id);
  const at = order.indexOf(id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= order.length) return null;
  moveEntry(session, path, id, { before: order[by < 0 ? to : to + 1] ?? null });
  return to + 1;
}

/** Adds a copy right after an entry. Returns its id; null: the entry is gone. */
export function duplicateEntry(session: DocumentSession, path: Path, id: string): string | null {
  const order = entriesAt(session.doc, path).map((entry) => entry.id);
  const at = order.indexOf(id);
  if (at < 0) return null;
  return addEntry(session, path, contentOf(session, path, id), { before: order[at + 1] ?? null });
}

/** Removes an entry and offers to bring it back, under the same id, for as long as the toast stands. */
export function removeWithUndo(session: DocumentSession, path: Path, id: string, name: string): void {
  const entry = entriesAt(session.doc, path).find((one) => one.id === id);
  if (entry === undefined) return;
  const content = { ...contentOf(session, path, id), [POSITION]: entry.map.get(POSITION) };
  removeEntry(session, path, id);
  const removal = session.undo.undoStack.at(-1);
  const bringBack = () => {
    const root = contentAt(session.doc, path);
    if (!(root instanceof Y.Map) || root.has(id) || !session.getState().mayWrite) return;
    // As long as nothing was done since, this is plain undo; later it would undo something else first.
    if (removal !== undefined && session.undo.undoStack.at(-1) === removal) session.undo.undo();
    else session.edit(() => root.set(id, newEntry(entryFieldsAt(session.kind, path), content)));
  };
  toasts.show({ tone: "plain", text: `${name} removed.`, action: { name: "Undo", onAction: bringBack } });
}

function contentOf(session: DocumentSession, path: Path, id: string): Record<string, unknown> {
  const fields = [...entryFieldsAt(session.kind, path).keys()];
  return Object.fromEntries(fields.map((field) => [field, valueAt(session.doc, [...path, id, field])]));
}
