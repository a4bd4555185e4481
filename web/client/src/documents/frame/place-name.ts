// What people call a place of a document: "Lyrics of Chorus 2" instead of a pointer.
import type * as Y from "yjs";
import { pathOf, type Path } from "../../collab/path";
import { fieldKindAt, NAME_FIELDS, type Kind } from "../../collab/shape";
import { valueAt } from "../../collab/values";

/** Names the place at a JSON Pointer. */
export function placeName(doc: Y.Doc, kind: Kind, place: string): string {
  const path = pathOf(place);
  const entry = entryOf(kind, path);
  const field = path.slice(entry?.length ?? 0).at(-1);
  const of = entry === null ? null : nameOfEntry(doc, kind, entry);
  if (field === undefined) return of ?? "this document";
  return of === null ? inWords(field) : `${inWords(field)} of ${of}`;
}

/** The name of an entry, as its own fields have it; else what the list is called. */
export function nameOfEntry(doc: Y.Doc, kind: Kind, entry: Path): string {
  for (const name of NAME_FIELDS) {
    if (fieldKindAt(kind, [...entry, name]) === null) continue;
    const value = valueAt(doc, [...entry, name]);
    if (typeof value === "string" && value.trim() !== "") return value.trim();
  }
  return `one of the ${entry.at(-2) ?? "entries"}`;
}

/** `producer_notes` as "producer notes". */
export function inWords(field: string): string {
  return field === "bpm" ? "tempo" : field.replace(/_id$/, "").replaceAll("_", " ");
}

function entryOf(kind: Kind, path: Path): Path | null {
  for (let length = path.length; length > 0; length--)
    if (fieldKindAt(kind, path.slice(0, length)) === "entry") return path.slice(0, length);
  return null;
}
