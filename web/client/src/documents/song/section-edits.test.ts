// What is done with sections keeps everybody's words and lands where it was meant.
import { beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import type { DocumentSession } from "../../collab/document-session";
import { setKind } from "../../collab/shape";
import { moveEntry, textAt, valueAt } from "../../collab/values";
import {
  addSection,
  changeKind,
  duplicateSection,
  neighbourOf,
  sectionPath,
  SECTIONS,
  sectionsOf,
} from "./section-edits";

let doc: Y.Doc;
let session: DocumentSession;

function sessionOf(document: Y.Doc): DocumentSession {
  setKind(document, "song");
  const part = { doc: document, kind: "song", edit: (change: () => void) => document.transact(change) };
  return part as unknown as DocumentSession;
}

const order = (document = doc) => sectionsOf(document).map(({ map }) => map.get("name"));
const ids = () => sectionsOf(doc).map(({ id }) => id);

beforeEach(() => {
  doc = new Y.Doc();
  session = sessionOf(doc);
});

test("a new section lands after the current one, numbered, with the bars its kind usually has", () => {
  const verse = addSection(session, null);
  addSection(session, null, "outro");
  const chorus = addSection(session, verse);
  expect(order()).toEqual(["Verse 1", "Chorus", "Outro"]);
  addSection(session, chorus);
  expect(order()).toEqual(["Verse 1", "Chorus", "Verse 2", "Outro"]);
  expect(valueAt(doc, sectionPath(chorus, "bars"))).toBe(8);
  expect(valueAt(doc, sectionPath(chorus, "energy"))).toBeNull();
  expect(textAt(doc, sectionPath(chorus, "lyrics"))).not.toBeNull();
});

test("a section whose neighbour is gone is added at the end", () => {
  addSection(session, null, "verse");
  addSection(session, "gone", "bridge");
  expect(order()).toEqual(["Verse 1", "Bridge"]);
});

test("a copy has everything but the name and the place", () => {
  const verse = addSection(session, null, "verse");
  addSection(session, null, "outro");
  textAt(doc, sectionPath(verse, "lyrics"))?.insert(0, "Rain writes its name");
  const copy = duplicateSection(session, verse) ?? "";
  expect(order()).toEqual(["Verse 1", "Verse 2", "Outro"]);
  expect(valueAt(doc, sectionPath(copy, "lyrics"))).toBe("Rain writes its name");
  textAt(doc, sectionPath(copy, "lyrics"))?.insert(0, "!");
  expect(valueAt(doc, sectionPath(verse, "lyrics"))).toBe("Rain writes its name");
  expect(duplicateSection(session, "gone")).toBeNull();
});

test("moving a section keeps what somebody else writes in it at the same time (only its place changes)", () => {
  const verse = addSection(session, null, "verse");
  addSection(session, null, "chorus");
  const other = new Y.Doc();
  const otherSession = sessionOf(other);
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  moveEntry(session, SECTIONS, verse, {});
  textAt(other, sectionPath(verse, "lyrics"))?.insert(0, "written meanwhile");
  addSection(otherSession, verse, "bridge");
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  expect(valueAt(doc, sectionPath(verse, "lyrics"))).toBe("written meanwhile");
  expect(order()).toHaveLength(3);
  expect(order(other)).toEqual(order());
});

test("a given name follows the kind, a chosen one stays", () => {
  const verse = addSection(session, null, "verse");
  changeKind(session, verse, "chorus");
  expect(order()).toEqual(["Chorus"]);
  sectionsOf(doc)[0]?.map.set("name", "Harbour song");
  changeKind(session, verse, "bridge");
  expect(order()).toEqual(["Harbour song"]);
  expect(valueAt(doc, sectionPath(verse, "kind"))).toBe("bridge");
});

test("a change of kind with its name is one update", () => {
  const verse = addSection(session, null, "verse");
  let updates = 0;
  doc.on("update", () => (updates += 1));
  changeKind(session, verse, "chorus");
  expect(updates).toBe(1);
});

test("neighbours end at the ends; from nowhere one enters at the first or the last", () => {
  addSection(session, null, "verse");
  addSection(session, null, "chorus");
  const [first, second] = ids();
  expect(neighbourOf(doc, first ?? "", 1)).toBe(second);
  expect(neighbourOf(doc, second ?? "", 1)).toBeNull();
  expect(neighbourOf(doc, null, 1)).toBe(first);
  expect(neighbourOf(doc, null, -1)).toBe(second);
});
