// What a person should look at in a document, and never keeps an edit out: the rules of core/documents, as one types.
import * as Y from "yjs";
import type { DocumentSession } from "../../collab/document-session";
import { pointerTo, type Path } from "../../collab/path";
import { contentAt, fieldKindAt, type Kind } from "../../collab/shape";
import { entriesAt, labelsAt, valueAt, type Entry } from "../../collab/values";
import { LIMITS, titlePathOf } from "./definitions";

/** Sentences by the place they concern, a JSON Pointer. */
export type Warnings = ReadonlyMap<string, readonly string[]>;

/** Finds everything to look at in a document of this kind. */
export function warningsIn(doc: Y.Doc, kind: Kind): Warnings {
  const found = new Map<string, string[]>();
  const add = (path: Path, sentence: string) => {
    const place = pointerTo(path);
    found.set(place, [...(found.get(place) ?? []), sentence]);
  };
  if (kind !== "note" && isBlank(valueAt(doc, titlePathOf(kind)))) add(titlePathOf(kind), "It has no title yet.");
  if (kind === "song") inSong(doc, add);
  if (kind === "world") inWorld(doc, add);
  if (kind === "persona")
    for (const { id, map } of entriesAt(doc, ["boundaries"]))
      if (isBlank(map.get("text"))) add(["boundaries", id, "text"], "This boundary says nothing yet.");
  for (const path of LISTS[kind]) tooMany(doc, kind, path, add);
  return found;
}

type Add = (path: Path, sentence: string) => void;

/** Lists people add to without end. */
const LISTS: Record<Kind, readonly Path[]> = {
  song: [
    ["sections"],
    ["sources"],
    ["genres"],
    ["moods"],
    ["style", "tags"],
    ["style", "instruments"],
    ["style", "influences"],
  ],
  persona: [
    ["influences"],
    ["boundaries"],
    ["voice", "languages"],
    ["style_defaults", "genres"],
    ["style_defaults", "moods"],
    ["style_defaults", "instruments"],
    ["visual_identity", "images"],
  ],
  world: [["entities"], ["timeline"], ["style_guide", "palette"], ["style_guide", "reference_images"]],
  note: [],
};

function inSong(doc: Y.Doc, add: Add): void {
  const sections = entriesAt(doc, ["sections"]);
  if (sections.length === 0) add(["sections"], "There are no sections yet, so there is nothing to render.");
  const byName = new Map<string, Entry>();
  for (const section of sections) {
    const { id, map } = section;
    const name = nameOf(map);
    const first = byName.get(name);
    if (name !== "" && first !== undefined && textOf(first.map.get("lyrics")) !== textOf(map.get("lyrics")))
      add(["sections", id, "name"], `It has the same name as another section: “${name}”.`);
    if (first === undefined) byName.set(name, section);
    if (!isBlank(textOf(map.get("lyrics"))) && isBlank(textOf(map.get("chords"))))
      add(["sections", id, "chords"], "There are words here, but no chords to sing them to.");
    if (typeof map.get("bars") !== "number") add(["sections", id, "bars"], "It does not say how many bars it has.");
  }
}

function inWorld(doc: Y.Doc, add: Add): void {
  const names = new Set<string>();
  const entities = entriesAt(doc, ["entities"]);
  for (const { id, map } of entities) {
    const name = nameOf(map);
    if (name === "") add(["entities", id, "name"], "It has no name yet.");
    else if (names.has(name)) add(["entities", id, "name"], `Another entity is called “${name}” too.`);
    names.add(name);
  }
  const known = new Set(entities.map((entity) => entity.id));
  for (const { id } of entriesAt(doc, ["timeline"])) {
    const path = ["timeline", id, "participants"];
    const strangers = labelsAt(doc, path).filter((label) => !known.has(label));
    tooMany(doc, "world", path, add);
    if (strangers.length > 0)
      add(
        path,
        `${strangers.length === 1 ? "One of them is" : `${strangers.length} of them are`} not in this world any more.`,
      );
  }
}

function tooMany(doc: Y.Doc, kind: Kind, path: Path, add: Add): void {
  const content = contentAt(doc, path);
  const most = fieldKindAt(kind, path) === "entries" ? LIMITS.entries : LIMITS.labels;
  if (content instanceof Y.Map && content.size > most)
    add(path, `There are ${content.size} of these; more than ${most} are hard to work with.`);
}

function nameOf(map: Y.Map<unknown>): string {
  const name = map.get("name");
  return typeof name === "string" ? name.trim() : "";
}

function textOf(content: unknown): string {
  return content instanceof Y.Text ? content.toJSON() : "";
}

function isBlank(value: unknown): boolean {
  return typeof value !== "string" || value.trim() === "";
}

/** Milliseconds of rest after which a document is looked through: never while somebody types. */
const LOOKS_AFTER_MS = 400;
const NONE: readonly string[] = [];

/** The warnings of a document that changes. Components ask for one place each. */
export class WarningStore {
  private warnings: Warnings = new Map();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly session: DocumentSession) {}

  /** Follows the document. Returns how to stop. */
  follow(): () => void {
    let { doc } = this.session;
    doc.on("update", this.later);
    const stopSession = this.session.subscribe(
      () => {
        this.later();
        // A refusal replaces the document.
        if (this.session.doc === doc) return;
        doc.off("update", this.later);
        doc = this.session.doc;
        doc.on("update", this.later);
      },
      "phase",
      "generation",
    );
    this.look();
    return () => {
      clearTimeout(this.timer);
      stopSession();
      doc.off("update", this.later);
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The sentences for one place: the same array until they change. */
  at(place: string): readonly string[] {
    return this.warnings.get(place) ?? NONE;
  }

  private readonly later = (): void => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), LOOKS_AFTER_MS);
  };

  private look(): void {
    const { doc, kind } = this.session;
    // A document that is still opening is empty, which is no mistake of anybody.
    const found = this.session.getState().phase === "ready" ? warningsIn(doc, kind) : new Map<string, string[]>();
    this.warnings = new Map(
      [...found].map(([place, sentences]) => {
        const known = this.at(place);
        return [place, known.join("\n") === sentences.join("\n") ? known : sentences] as const;
      }),
    );
    this.listeners.forEach((listener) => listener());
  }
}
