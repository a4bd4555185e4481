// What people call the places of a document: from its own description, and from the names of its sections and the like.
import type { KindName } from "../api/addresses";
import { KINDS } from "../api/addresses";
import kinds from "../api/kinds.generated.json";
import { capitalised } from "../ui/words";
import type { Content } from "./requests";

export interface FieldSchema {
  readonly "x-field"?: string;
  readonly "x-kind"?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: FieldSchema | boolean;
}

export interface Place {
  /** What the field belongs to: the document, a part of it such as its style, or an entry such as a section. */
  group: { key: string; name: string; sectionKind: string | null; isEntry: boolean };
  /** What the field itself is called; null: the path is the entry itself. */
  field: string | null;
  how: string;
  /** The kind of document a reference means. */
  target: string | null;
}

const WORDS: Readonly<Record<string, string>> = { bpm: "tempo", url: "address", hex: "colour", config: "rules" };
/** The fields of an entry that may say what it is called. */
const ENTRY_NAMES = ["name", "title", "text", "kind"] as const;

export function schemaOf(kind: KindName): FieldSchema {
  return kinds.kinds[kind].schema as FieldSchema;
}

/** The parts of a JSON Pointer. */
function partsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Finds the place at a JSON Pointer. `contents`: where an entry's name is looked up, the first that has it. */
export function placeAt(kind: KindName, pointer: string, contents: readonly Content[]): Place {
  const parts = partsOf(pointer);
  let schema: FieldSchema | undefined = schemaOf(kind);
  let group: Place["group"] = { key: "", name: KINDS[kind].name, sectionKind: null, isEntry: false };
  let field: string | null = null;
  for (const [index, part] of parts.entries()) {
    const isEntry: boolean = schema?.["x-field"] === "entries";
    const open: FieldSchema | boolean | undefined = schema?.additionalProperties;
    schema = isEntry && typeof open === "object" ? open : schema?.properties?.[part];
    const path = parts.slice(0, index + 1);
    if (isEntry) {
      group = { key: `/${path.join("/")}`, isEntry, ...entryName(path, contents) };
      field = null;
    } else if (schema?.["x-field"] === "record" && !group.isEntry) {
      group = { key: `/${path.join("/")}`, name: spoken(part), sectionKind: null, isEntry };
      field = null;
    } else if (schema?.["x-field"] !== "entries") field = spoken(part);
  }
  return { group, field, how: schema?.["x-field"] ?? "value", target: schema?.["x-kind"] ?? null };
}

/** What the value at the parts of a pointer is. */
export function valueAt(content: Content, parts: readonly string[]): unknown {
  let value: unknown = content;
  for (const part of parts)
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  return value;
}

/** `producer_notes` as "Producer notes". */
export function spoken(name: string): string {
  const words = WORDS[name] ?? name.replace(/_id$/u, "").replaceAll("_", " ");
  return capitalised(words);
}

/** What an entry is called by its own fields. */
export function nameOfEntry(entry: unknown, list: string): string {
  const fields = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>) : {};
  const names = ENTRY_NAMES.map((name) => fields[name]).filter((name) => typeof name === "string");
  const given = names.find((name) => name.trim() !== "");
  return given === undefined ? `Untitled, in ${spoken(list).toLowerCase()}` : capitalised(given.trim());
}

function entryName(
  path: readonly string[],
  contents: readonly Content[],
): { name: string; sectionKind: string | null } {
  const list = path.at(-2) ?? "";
  const entry = contents.map((content) => valueAt(content, path)).find((found) => found !== undefined);
  const kind = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>)["kind"] : null;
  return { name: nameOfEntry(entry, list), sectionKind: list === "sections" && typeof kind === "string" ? kind : null };
}
