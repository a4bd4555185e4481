// What others remove: which entries, what they were called, and what of here went with them unsaved.
import { beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { removedEntries, type RemovedEntry } from "./removed-entries";
import { setKind } from "./shape";

let here: Y.Doc;
let there: Y.Doc;
let saved: ReadonlyMap<number, number> | null;
let heard: RemovedEntry[];

const sections = (doc: Y.Doc) => doc.getMap<Y.Map<unknown>>("sections");
const lyrics = (doc: Y.Doc) => sections(doc).get("v1")?.get("lyrics") as Y.Text;
const cross = (from: Y.Doc, to: Y.Doc) =>
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)), "elsewhere");

beforeEach(() => {
  [here, there] = [new Y.Doc(), new Y.Doc()];
  [saved, heard] = [null, []];
  setKind(here, "song");
  const members: [string, unknown][] = [
    ["pos", "V"],
    ["name", "Bridge"],
    ["bars", 8],
    ["lyrics", new Y.Text("Rain\n")],
    ["notes", new Y.Text("softer")],
  ];
  sections(there).set("v1", new Y.Map(members));
  cross(there, here);
  here.on("afterTransaction", (transaction: Y.Transaction) => {
    if (!transaction.local) heard.push(...removedEntries(transaction, saved));
  });
});

/** From now on nothing of here is saved. */
function savedSoFar() {
  saved = Y.decodeStateVector(Y.encodeStateVector(here));
}

test("an entry that goes is named; what is saved goes without more", () => {
  lyrics(here).insert(5, "falls");
  cross(here, there);
  sections(there).delete("v1");
  cross(there, here);
  expect(heard).toEqual([{ path: ["sections", "v1"], name: "Bridge", unsaved: [] }]);
});

test("the fields with something unsaved are whole, as they stood: texts and values", () => {
  savedSoFar();
  lyrics(here).insert(5, "falls");
  lyrics(here).delete(0, 1);
  sections(here).get("v1")?.set("bars", 12);
  lyrics(there).insert(0, "Warm ");
  sections(there).delete("v1");
  cross(there, here);
  expect(heard.map(({ unsaved }) => unsaved)).toEqual([
    [
      { path: "/sections/v1/bars", mine: 12 },
      { path: "/sections/v1/lyrics", mine: "ain\nfalls" },
    ],
  ]);
});

test("what is removed here, moved, or only changed, is no news", () => {
  savedSoFar();
  sections(there).get("v1")?.set("pos", "a");
  lyrics(there).delete(0, 2);
  cross(there, here);
  sections(here).delete("v1");
  sections(there).delete("v1");
  cross(there, here);
  expect(heard).toEqual([]);
});
