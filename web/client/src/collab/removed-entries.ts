// Entries that others removed: a section, an entity. What was written in them here and nobody has saved goes with them.
import * as Y from "yjs";
import { pointerTo, type Path } from "./path";
import { fieldKindAt, kindOf, NAME_FIELDS, pathAt, POSITION, rootsOf } from "./shape";

/** An entry that somebody else removed just now. */
export interface RemovedEntry {
  readonly path: Path;
  /** What it was called; null: nothing. */
  readonly name: string | null;
  /** What stood in its fields that hold something of here nobody has saved. */
  readonly unsaved: readonly { readonly path: string; readonly mine: unknown }[];
}

/**
 * The entries that a change from elsewhere removed. Call it in `afterTransaction`: a moment later their content is gone.
 * `saved`: how much of every client id is known to be saved; null: all of it.
 */
export function removedEntries(transaction: Y.Transaction, saved: ReadonlyMap<number, number> | null): RemovedEntry[] {
  const { doc, deleteSet } = transaction;
  if (deleteSet.clients.size === 0) return [];
  const kind = kindOf(doc);
  const found: RemovedEntry[] = [];
  for (const root of rootsOf(kind).keys()) {
    const path = pathAt(kind, { root, keys: [] });
    if (fieldKindAt(kind, path) !== "entries") continue;
    const map = doc.getMap(root);
    for (const id of keysChanged(transaction, map)) {
      const item = map.has(id) ? undefined : map._map.get(id);
      if (item === undefined || !Y.isDeleted(deleteSet, item.id) || !(item.content instanceof Y.ContentType)) continue;
      if (item.content.type instanceof Y.Map)
        found.push(removedEntry([...path, id], item.content.type as Y.Map<unknown>, transaction, saved));
    }
  }
  return found;
}

function keysChanged({ changed }: Y.Transaction, map: unknown): string[] {
  for (const [type, keys] of changed) if ((type as unknown) === map) return [...keys].filter((key) => key !== null);
  return [];
}

function removedEntry(
  path: Path,
  entry: Y.Map<unknown>,
  transaction: Y.Transaction,
  saved: ReadonlyMap<number, number> | null,
): RemovedEntry {
  const unsaved: { path: string; mine: unknown }[] = [];
  let name: string | null = null;
  for (const [field, item] of entry._map) {
    if (field === POSITION || !Y.isDeleted(transaction.deleteSet, item.id)) continue;
    const { value, items } = contentBefore(item, transaction);
    if (NAME_FIELDS.includes(field) && typeof value === "string" && value.trim() !== "") name ??= value.trim();
    if (saved !== null && value !== undefined && items.some((one) => isUnsaved(one, transaction, saved)))
      unsaved.push({ path: pointerTo([...path, field]), mine: value });
  }
  return { path, name, unsaved };
}

/** What a field held before this transaction removed it, and the items that made it up; undefined: nothing to read. */
function contentBefore(item: Y.Item, transaction: Y.Transaction): { value: unknown; items: readonly Y.Item[] } {
  const { content } = item;
  if (!(content instanceof Y.ContentType))
    return { value: content instanceof Y.ContentAny ? content.getContent().at(-1) : undefined, items: [item] };
  const { type } = content;
  if (!(type instanceof Y.Text)) return { value: undefined, items: [] };
  const items: Y.Item[] = [];
  let words = "";
  for (let one = type._start; one !== null; one = one.right) {
    if (!(one.content instanceof Y.ContentString) || !Y.isDeleted(transaction.deleteSet, one.id)) continue;
    items.push(one);
    words += one.content.str;
  }
  return { value: words, items };
}

/** Whether it was there before this transaction, and is not known to be saved. */
function isUnsaved(
  { id, length }: Y.Item,
  { beforeState }: Y.Transaction,
  saved: ReadonlyMap<number, number>,
): boolean {
  return id.clock < (beforeState.get(id.client) ?? 0) && id.clock + length > (saved.get(id.client) ?? 0);
}
