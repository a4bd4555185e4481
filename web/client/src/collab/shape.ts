// How a document's JSON lies in its CRDT: which root, which keys. The rules are those of core/documents/schema.py.
import * as Y from "yjs";
import kinds from "../api/kinds.generated.json";
import type { Path } from "./path";

export type Kind = "song" | "persona" | "world" | "note";

/** How a field lives in the CRDT, as the schema's `x-field` says it. */
export type FieldKind =
  | "line"
  | "choice"
  | "whole"
  | "number"
  | "flag"
  | "reference"
  | "colour"
  | "text"
  | "labels"
  | "traits"
  | "entries"
  | "record";

/** One field of the JSON Schema, as far as its place matters. */
interface FieldSchema {
  readonly "x-field"?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: unknown;
}

/** A place in the CRDT: a root by its name, and the keys from there on. */
export interface Spot {
  readonly root: string;
  readonly keys: Path;
}

/** The key of an entry's place among its siblings. */
export const POSITION = "pos";
/** The fields of an entry that may say what it is called, the best first. */
export const NAME_FIELDS: readonly string[] = ["name", "title", "text"];

const CONTAINERS: ReadonlySet<string> = new Set(["text", "labels", "traits", "entries"]);
const kindsOfDocuments = new WeakMap<Y.Doc, Kind>();
const rootsOfKinds = new Map<Kind, ReadonlyMap<string, "text" | "map">>();

/** Remembers which kind of document this is, so that places in it can be found. */
export function setKind(doc: Y.Doc, kind: Kind): void {
  kindsOfDocuments.set(doc, kind);
}

/** The kind of a document made here. */
export function kindOf(doc: Y.Doc): Kind {
  const kind = kindsOfDocuments.get(doc);
  if (kind === undefined) throw new Error("this Y.Doc belongs to no document session");
  return kind;
}

/** How the field at a path lives in the CRDT; null: there is no such field. An entry itself is "entry". */
export function fieldKindAt(kind: Kind, path: Path): FieldKind | "entry" | null {
  let field: FieldSchema = { properties: fieldsOf(kind) };
  let at: string | undefined;
  for (const part of path) {
    if (at === "entries") {
      field = entrySchema(field);
      at = "entry";
      continue;
    }
    const next: FieldSchema | undefined = field.properties?.[part];
    if (next === undefined) return null;
    field = next;
    at = next["x-field"];
  }
  return (at ?? null) as FieldKind | "entry" | null;
}

/** The names of the fields of the entries at a path, with how each lives in the CRDT. */
export function entryFieldsAt(kind: Kind, path: Path): ReadonlyMap<string, FieldKind> {
  let field: FieldSchema = { properties: fieldsOf(kind) };
  for (const part of path) field = field.properties?.[part] ?? {};
  const fields = Object.entries(entrySchema(field).properties ?? {});
  return new Map(fields.flatMap(([name, { "x-field": how }]) => (how ? [[name, how as FieldKind] as const] : [])));
}

/** Every root the product knows in this kind of document, and whether it is a text. */
export function rootsOf(kind: Kind): ReadonlyMap<string, "text" | "map"> {
  // Asked for by every reading of every field; a kind's roots never change.
  const known = rootsOfKinds.get(kind);
  if (known) return known;
  const roots = new Map<string, "text" | "map">([[kind, "map"]]);
  for (const [name, field] of Object.entries(fieldsOf(kind))) {
    const how = field["x-field"] ?? "";
    if (CONTAINERS.has(how)) roots.set(name, how === "text" ? "text" : "map");
    if (how !== "record") continue;
    roots.set(name, "map");
    for (const [key, part] of Object.entries(field.properties ?? {})) {
      const inner = part["x-field"] ?? "";
      if (CONTAINERS.has(inner)) roots.set(`${name}.${key}`, inner === "text" ? "text" : "map");
    }
  }
  rootsOfKinds.set(kind, roots);
  return roots;
}

/** Where a path of the JSON lies in the CRDT. */
export function spotOf(kind: Kind, path: Path): Spot {
  const [first = "", second, ...rest] = path;
  const field = fieldsOf(kind)[first];
  const how = field?.["x-field"] ?? "";
  if (how === "record") {
    if (second === undefined) return { root: first, keys: [] };
    const inner = field?.properties?.[second]?.["x-field"] ?? "";
    return CONTAINERS.has(inner)
      ? { root: `${first}.${second}`, keys: rest }
      : { root: first, keys: [second, ...rest] };
  }
  return CONTAINERS.has(how) ? { root: first, keys: path.slice(1) } : { root: kind, keys: path };
}

/** Where a place of the CRDT stands in the JSON: the inverse of `spotOf`. */
export function pathAt(kind: Kind, { root, keys }: Spot): Path {
  if (root === kind) return keys;
  const dot = root.indexOf(".");
  return dot < 0 || !rootsOf(kind).has(root) ? [root, ...keys] : [root.slice(0, dot), root.slice(dot + 1), ...keys];
}

/** The root of a document with the type the schema gives it. */
export function rootAt(doc: Y.Doc, name: string): Y.Map<unknown> | Y.Text {
  return rootsOf(kindOf(doc)).get(name) === "text" ? doc.getText(name) : doc.getMap(name);
}

/** The map and key that hold what is at a path, and what is there; null: something above it is missing. */
export function holderAt(doc: Y.Doc, path: Path): { map: Y.Map<unknown>; key: string } | null {
  const { root, keys } = spotOf(kindOf(doc), path);
  let map: unknown = rootAt(doc, root);
  for (const key of keys.slice(0, -1)) map = map instanceof Y.Map ? map.get(key) : undefined;
  const key = keys.at(-1);
  return map instanceof Y.Map && key !== undefined ? { map: map as Y.Map<unknown>, key } : null;
}

/** What the CRDT holds at a path: a shared type or a plain value; undefined: nothing. */
export function contentAt(doc: Y.Doc, path: Path): unknown {
  const { root, keys } = spotOf(kindOf(doc), path);
  if (keys.length === 0) return rootAt(doc, root);
  const holder = holderAt(doc, path);
  return holder?.map.get(holder.key);
}

function fieldsOf(kind: Kind): Readonly<Record<string, FieldSchema>> {
  return kinds.kinds[kind].schema.properties;
}

function entrySchema(field: FieldSchema): FieldSchema {
  return field.additionalProperties ?? {};
}
