// Reading and changing a document by the paths of its JSON. What is the same is not touched.
import * as Y from "yjs";
import type { DocumentSession } from "./document-session";
import { pointerTo, type Path } from "./path";
import { arrange, comparePositions, isPosition, somewhereBetween } from "./positions";
import { randomId } from "./random";
import {
  contentAt,
  entryFieldsAt,
  fieldKindAt,
  holderAt,
  kindOf,
  POSITION,
  rootAt,
  spotOf,
  type FieldKind,
} from "./shape";
import { rewrite } from "./text-edits";

/** One entry of an ordered list: a section, an entity. */
export interface Entry {
  readonly id: string;
  readonly map: Y.Map<unknown>;
}

/** Where a new or moved entry goes: before another one, or at the end. */
export interface Place {
  readonly before?: string | null;
}

/** Somebody tried to change what is no longer there, e.g. a field of a section that was just removed. */
export class Gone extends Error {
  override readonly name = "Gone";

  constructor(path: Path) {
    super(`${pointerTo(path) || "this"} is not there any more`);
  }
}

/** The JSON of what is at a path: null, "", [] or {} when nothing is. */
export function valueAt(doc: Y.Doc, path: Path): unknown {
  const content = contentAt(doc, path);
  switch (fieldKindAt(kindOf(doc), path)) {
    case "text":
      return content instanceof Y.Text ? content.toJSON() : "";
    case "labels":
      return labelsAt(doc, path);
    case "traits":
    case "entries":
    case "entry":
    case "record":
      return content instanceof Y.Map ? content.toJSON() : {};
    default:
      return content instanceof Y.AbstractType ? (content.toJSON() as unknown) : (content ?? null);
  }
}

/** The shared text at a path; null when the entry is gone, or was made elsewhere without this text. */
export function textAt(doc: Y.Doc, path: Path): Y.Text | null {
  const content = contentAt(doc, path);
  return content instanceof Y.Text ? content : null;
}

/** The labels at a path, in their order. */
export function labelsAt(doc: Y.Doc, path: Path): string[] {
  const content = contentAt(doc, path);
  if (!(content instanceof Y.Map)) return [];
  return orderOf(content as Y.Map<unknown>).map(([label]) => label);
}

/** The entries of a list in their order: by place, then by id. */
export function entriesAt(doc: Y.Doc, path: Path): Entry[] {
  const root = contentAt(doc, path);
  if (!(root instanceof Y.Map)) return [];
  const entries: (Entry & { position: string })[] = [];
  (root as Y.Map<unknown>).forEach((map, id) => {
    if (map instanceof Y.Map)
      entries.push({ id, map: map as Y.Map<unknown>, position: positionOf(map as Y.Map<unknown>) });
  });
  entries.sort((one, two) => comparePositions(one.position, two.position) || comparePositions(one.id, two.id));
  return entries.map(({ id, map }) => ({ id, map }));
}

/** The shared text at a path, made if the entry lacks it. Throws ReadOnly, or Gone. */
export function ensureText(session: DocumentSession, path: Path): Y.Text {
  const there = textAt(session.doc, path);
  if (there) return there;
  const text = new Y.Text();
  session.edit(() => requireHolder(session.doc, path).set(text));
  return text;
}

/**
 * Sets the field at a path, in one edit: a plain value (null empties it), a text, a list of labels, or traits by name.
 * Throws ReadOnly, or Gone when the entry around it was removed.
 */
export function setField(session: DocumentSession, path: Path, value: unknown): void {
  const { doc } = session;
  const how = fieldKindAt(kindOf(doc), path);
  if (JSON.stringify(valueAt(doc, path)) === JSON.stringify(value ?? null)) return;
  session.edit(() => {
    if (how === "text") rewrite(ensureContent(doc, path, "text") as Y.Text, typeof value === "string" ? value : "");
    else if (how === "labels") writeLabels(ensureContent(doc, path, "labels") as Y.Map<unknown>, value as string[]);
    else if (how === "traits") writeMap(ensureContent(doc, path, "traits") as Y.Map<unknown>, value as object);
    else requireHolder(doc, path).set(value);
  });
}

/** Adds an entry with all its containers, so that nobody has to make one later. Returns its id. Throws ReadOnly. */
export function addEntry(
  session: DocumentSession,
  path: Path,
  content: Readonly<Record<string, unknown>> = {},
  { before = null }: Place = {},
): string {
  const { doc } = session;
  const id = randomId();
  const root = rootOfEntries(doc, path);
  session.edit(() => {
    const position = placeBefore(entriesAt(doc, path), before) ?? makeRoom(doc, path, before);
    root.set(id, newEntry(entryFieldsAt(kindOf(doc), path), { ...content, [POSITION]: position }));
  });
  return id;
}

/** Puts an entry before another one, or at the end. Throws ReadOnly, or Gone. */
export function moveEntry(session: DocumentSession, path: Path, id: string, { before = null }: Place): void {
  const { doc } = session;
  const entry = entriesAt(doc, path).find((one) => one.id === id);
  if (!entry) throw new Gone([...path, id]);
  if (before === id) return;
  const order = entriesAt(doc, path).map((one) => one.id);
  const follower = order[order.indexOf(id) + 1] ?? null;
  if (follower === before) return;
  session.edit(() => {
    const others = entriesAt(doc, path).filter((one) => one.id !== id);
    entry.map.set(POSITION, placeBefore(others, before) ?? makeRoom(doc, path, before, id));
  });
}

/** Removes an entry with all it holds. Undo brings it back. Throws ReadOnly. */
export function removeEntry(session: DocumentSession, path: Path, id: string): void {
  const root = rootOfEntries(session.doc, path);
  if (root.has(id)) session.edit(() => root.delete(id));
}

/** What a JSON entry becomes in the CRDT. */
export function newEntry(
  fields: ReadonlyMap<string, FieldKind>,
  content: Readonly<Record<string, unknown>>,
): Y.Map<unknown> {
  const members: [string, unknown][] = [[POSITION, content[POSITION]]];
  for (const [name, how] of fields) {
    const value = content[name];
    if (how === "text" || how === "labels" || how === "traits") members.push([name, newContainer(how, value)]);
    else if (value !== null && value !== undefined) members.push([name, value]);
  }
  return new Y.Map(members);
}

/** Makes a map of labels say exactly this list, moving as few as possible. Call it in a transaction. */
function writeLabels(map: Y.Map<unknown>, labels: readonly string[]): void {
  const wanted = [...new Set(labels)];
  for (const label of [...map.keys()]) if (!wanted.includes(label)) map.delete(label);
  const places = arrange(wanted.map((label) => (isPosition(map.get(label)) ? (map.get(label) as string) : null)));
  wanted.forEach((label, index) => {
    if (map.get(label) !== places[index]) map.set(label, places[index]);
  });
}

/** Makes a map of plain values say exactly this. Call it in a transaction. */
function writeMap(map: Y.Map<unknown>, value: object | null): void {
  const wanted = new Map(Object.entries(value ?? {}));
  for (const key of [...map.keys()]) if (!wanted.has(key)) map.delete(key);
  for (const [key, item] of wanted) if (JSON.stringify(map.get(key)) !== JSON.stringify(item)) map.set(key, item);
}

function newContainer(how: "text" | "labels" | "traits", value: unknown): Y.Text | Y.Map<unknown> {
  if (how === "text") return new Y.Text(typeof value === "string" ? value : "");
  if (how === "traits") return new Y.Map(Object.entries(value ?? {}));
  const labels = Array.isArray(value) ? [...new Set(value as string[])] : [];
  const places = arrange(labels.map(() => null));
  return new Y.Map(labels.map((label, index) => [label, places[index]]));
}

/** The container at a path, made when an entry lacks it: somebody else's program may have left it out. */
function ensureContent(doc: Y.Doc, path: Path, how: "text" | "labels" | "traits"): unknown {
  const there = contentAt(doc, path);
  if (there instanceof Y.AbstractType) return there;
  const made = newContainer(how, null);
  requireHolder(doc, path).set(made);
  return made;
}

function requireHolder(doc: Y.Doc, path: Path): { set: (value: unknown) => void } {
  const holder = holderAt(doc, path);
  if (!holder) throw new Gone(path);
  const { map, key } = holder;
  return {
    set: (value) => {
      if (value !== null && value !== undefined) map.set(key, value);
      else if (map.has(key)) map.delete(key);
    },
  };
}

function rootOfEntries(doc: Y.Doc, path: Path): Y.Map<unknown> {
  const type = rootAt(doc, spotOf(kindOf(doc), path).root);
  if (!(type instanceof Y.Map)) throw new Error(`${pointerTo(path)} is no list of entries`);
  return type;
}

function placeBefore(entries: readonly Entry[], before: string | null): string | null {
  const found = before === null ? -1 : entries.findIndex((one) => one.id === before);
  const at = found < 0 ? entries.length : found;
  const low = entries[at - 1];
  const high = entries[at];
  return somewhereBetween(low ? positionOf(low.map) || null : null, high ? positionOf(high.map) : null);
}

/** Gives entries new places where two share one, or no room is left; returns the place before `before`. */
function makeRoom(doc: Y.Doc, path: Path, before: string | null, moving: string | null = null): string {
  const entries = entriesAt(doc, path).filter((one) => one.id !== moving);
  const found = entries.findIndex((one) => one.id === before);
  const at = found < 0 ? entries.length : found;
  const places: (string | null)[] = entries.map((one) => positionOf(one.map) || null);
  places.splice(at, 0, null);
  const arranged = arrange(places);
  const own = arranged.splice(at, 1)[0] ?? "V";
  entries.forEach((one, index) => {
    if (positionOf(one.map) !== arranged[index]) one.map.set(POSITION, arranged[index]);
  });
  return own;
}

function positionOf(map: Y.Map<unknown>): string {
  const position = map.get(POSITION);
  return typeof position === "string" ? position : "";
}

function orderOf(map: Y.Map<unknown>): [string, string][] {
  const found = [...map.entries()].map(([label, place]): [string, string] => [label, String(place)]);
  return found.sort((one, two) => comparePositions(one[1], two[1]) || comparePositions(one[0], two[0]));
}
