// What the studio says a document holds can be edited in it: a field that a form forgets would be unreachable for people.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { waitFor } from "@testing-library/react";
import type { ComponentType } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import kinds from "../api/kinds.generated.json";
import { pointerTo, type Path } from "../collab/path";
import type { Kind } from "../collab/shape";
import { addEntry, setField } from "../collab/values";
import { FakeDocument, renderIn } from "./fields/fake-document";
import { NoteEditor } from "./note/note-editor";
import { PersonaForm } from "./persona/persona-form";
import { SongEditor } from "./song/song-editor";
import { WorldForm } from "./world/world-form";

interface FieldSchema {
  readonly "x-field"?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: FieldSchema | boolean;
  readonly enum?: readonly (string | null)[];
  readonly minimum?: number;
}

/** Where something is typed, chosen or dragged, and nothing keeps one from it; other buttons only help with it. */
const CONTROL =
  ":is(input, textarea, button[aria-haspopup=listbox]):not(:disabled, [readonly]), [role=textbox]:not([aria-readonly=true])";

/** Milliseconds within which every part of a page is there. */
const PARTS_MS_MAX = 10_000;

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
  // Personas and worlds to choose from are asked for; nobody answers here.
  vi.stubGlobal(
    "fetch",
    vi.fn(() => new Promise(() => undefined)),
  );
});

afterEach(() => vi.unstubAllGlobals());

test.each<[Kind, ComponentType]>([
  ["song", SongEditor],
  ["persona", PersonaForm],
  ["world", WorldForm],
  ["note", NoteEditor],
])("every field of a %s can be edited in its editor", async (kind, Editor) => {
  const fake = new FakeDocument(kind);
  const leaves = fill(fake, [], kinds.kinds[kind].schema as FieldSchema);
  expect(leaves.length).toBeGreaterThan(1);
  renderIn(
    fake,
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Editor />
    </QueryClientProvider>,
  );
  // What is beside the words is built in its turn.
  await waitFor(() => expect(leaves.filter((leaf) => !isEditable(leaf)).map(pointerTo)).toEqual([]), {
    timeout: PARTS_MS_MAX,
  });
});

function isEditable(leaf: Path): boolean {
  const place = document.querySelector(`[data-place="${pointerTo(leaf)}"]`);
  return place?.querySelector(CONTROL) != null;
}

/** Fills all there is under a path of the document; returns the paths of what was filled, entries by their ids. */
function fill(fake: FakeDocument, path: Path, schema: FieldSchema): Path[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = [...path, name];
    const how = field["x-field"];
    // The place of an entry among the others is no field, and what other programs keep is only shown.
    if (how === undefined || how === "foreign") return [];
    if (how === "record") return fill(fake, here, field);
    if (how === "entries") {
      const id = addEntry(fake.session, here);
      return fill(fake, [...here, id], field.additionalProperties as FieldSchema);
    }
    setField(fake.session, here, valueFor(how, field));
    return [here];
  });
}

function valueFor(how: string, field: FieldSchema): unknown {
  switch (how) {
    case "line":
    case "text":
      return "words";
    case "choice":
      return field.enum?.[0];
    case "whole":
    case "number":
      return field.minimum;
    case "flag":
      return true;
    case "labels":
      return ["one", "two"];
    case "reference":
      return "00000000-0000-4000-8000-000000000002";
    case "colour":
      return "#336699";
    case "traits":
      return { age: 30, alive: true };
    default:
      throw new Error(`nobody knows how to fill a field of the kind ${how}`);
  }
}
