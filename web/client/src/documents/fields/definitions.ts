// What a field may hold, as the server's own description of each kind says it: limits, choices, suggestions.
import kinds from "../../api/kinds.generated.json";
import type { Path } from "../../collab/path";
import type { FieldKind, Kind } from "../../collab/shape";

/** One field of a kind of document. */
export interface Definition {
  readonly how: FieldKind;
  /** The longest text in UTF-16 units, as JavaScript counts; null: no text. */
  readonly charsMax: number | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** The words a choice is made of. */
  readonly choices: readonly string[];
  /** Shown to pick from; anything else is accepted too. */
  readonly suggestions: readonly string[];
  /** The kind of document a reference means. */
  readonly target: Kind | null;
}

/** The bounds that hold for every document. */
export const LIMITS = kinds.limits;

/** Traits an entity of a kind is offered, with a value of the type they usually have. */
export const TRAIT_TEMPLATES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = kinds.trait_templates;

interface FieldSchema {
  readonly "x-field"?: string;
  readonly "x-kind"?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly (string | null)[];
  readonly examples?: readonly string[];
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: FieldSchema | boolean;
}

/** The definition of the field at a path. A path that leads to no field is a mistake in the program. */
export function definitionAt(kind: Kind, path: Path): Definition {
  const field = schemaAt(kind, path);
  if (field === null) throw new Error(`a ${kind} has no field at ${path.join("/")}`);
  return {
    how: field["x-field"] as FieldKind,
    charsMax: field.maxLength ?? field.items?.maxLength ?? null,
    minimum: field.minimum ?? null,
    maximum: field.maximum ?? null,
    choices: (field.enum ?? []).filter((choice) => choice !== null),
    suggestions: field.examples ?? field.items?.examples ?? [],
    target: (field["x-kind"] as Kind | undefined) ?? null,
  };
}

/** The path of a document's title. */
export function titlePathOf(kind: Kind): Path {
  return [kinds.kinds[kind].title_field];
}

function schemaAt(kind: Kind, path: Path): FieldSchema | null {
  let field: FieldSchema | null = kinds.kinds[kind].schema as FieldSchema;
  for (const part of path) {
    if (field["x-field"] === "entries" && typeof field.additionalProperties === "object")
      field = field.additionalProperties;
    else field = field.properties?.[part] ?? null;
    if (field === null) return null;
  }
  return field["x-field"] === undefined ? null : field;
}
