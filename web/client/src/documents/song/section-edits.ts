// What one can do with the sections of a song. Each is one edit: one step to undo, one update for the others.
import type * as Y from "yjs";
import type { DocumentSession } from "../../collab/document-session";
import type { Path } from "../../collab/path";
import { addEntry, entriesAt, setField, valueAt, type Entry } from "../../collab/values";
import { isGivenName, kindAfter, nameFor, playedAs, sectionKindOf, USUAL, type SectionKind } from "./section-kinds";

export const SECTIONS: Path = ["sections"];

/** The fields of a section that are copied with it: all but its place. */
const COPIED = ["kind", "bars", "energy", "chords", "lyrics", "notes"] as const;

/** The place of a section, or of a field in it. */
export function sectionPath(id: string, field?: string): Path {
  return field === undefined ? [...SECTIONS, id] : [...SECTIONS, id, field];
}

/** The sections in the order they are played. */
export function sectionsOf(doc: Y.Doc): Entry[] {
  return entriesAt(doc, SECTIONS);
}

/** Adds a section after another one, or at the end. Without a kind, it is what usually follows. Returns its id. */
export function addSection(session: DocumentSession, after: string | null, kind?: SectionKind): string {
  const { doc } = session;
  const sections = sectionsOf(doc);
  const before = after === null ? null : idAfter(sections, after);
  const last = sections.find(({ id }) => id === after) ?? sections.at(-1);
  const chosen = kind ?? kindAfter(last === undefined ? null : playedAs(last.map.get("kind")));
  const content = { kind: chosen, name: nameFor(chosen, namesOf(sections)), bars: USUAL[chosen].bars };
  return addEntry(session, SECTIONS, content, { before });
}

/** Adds a copy after a section, under a name of its own. Returns its id; null: the section is gone. */
export function duplicateSection(session: DocumentSession, id: string): string | null {
  const { doc } = session;
  const sections = sectionsOf(doc);
  const section = sections.find((one) => one.id === id);
  if (section === undefined) return null;
  const content = Object.fromEntries(COPIED.map((field) => [field, valueAt(doc, sectionPath(id, field))]));
  const name = nameFor(playedAs(section.map.get("kind")), namesOf(sections));
  return addEntry(session, SECTIONS, { ...content, name }, { before: idAfter(sections, id) });
}

/** Changes the kind; a name that was given here ("Verse 2") follows, one that somebody chose stays. */
export function changeKind(session: DocumentSession, id: string, kind: SectionKind): void {
  const { doc } = session;
  const before = sectionKindOf(valueAt(doc, sectionPath(id, "kind")));
  const name = valueAt(doc, sectionPath(id, "name"));
  session.edit(() => {
    setField(session, sectionPath(id, "kind"), kind);
    if (before === null || before === kind || typeof name !== "string" || !isGivenName(before, name)) return;
    const others = sectionsOf(doc).filter((section) => section.id !== id);
    setField(session, sectionPath(id, "name"), nameFor(kind, namesOf(others)));
  });
}

/** The id of the section before or after another one; null: there is none. */
export function neighbourOf(doc: Y.Doc, id: string | null, direction: -1 | 1): string | null {
  const order = sectionsOf(doc).map((section) => section.id);
  const at = id === null ? -1 : order.indexOf(id);
  if (at < 0) return (direction > 0 ? order[0] : order.at(-1)) ?? null;
  return order[at + direction] ?? null;
}

function idAfter(sections: readonly Entry[], id: string): string | null {
  const at = sections.findIndex((section) => section.id === id);
  return at < 0 ? null : (sections[at + 1]?.id ?? null);
}

function namesOf(sections: readonly Entry[]): string[] {
  return sections.map(({ map }) => map.get("name")).filter((name) => typeof name === "string");
}
