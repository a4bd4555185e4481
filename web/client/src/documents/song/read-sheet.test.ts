// The sheet follows the document: its order, its facts, and what is not said is not made up.
import { expect, test } from "vitest";
import * as Y from "yjs";
import { setKind } from "../../collab/shape";
import { readSheet } from "./read-sheet";

function song(): Y.Doc {
  const doc = new Y.Doc();
  setKind(doc, "song");
  return doc;
}

test("an empty song is a sheet without facts or sections", () => {
  expect(readSheet(song())).toEqual({ title: "Untitled", facts: "", sections: [] });
});

test("facts are those that are set, and sections stand in the order they are played", () => {
  const doc = song();
  const facts = { title: "Glasshouse Weather", key: "Bb", mode: "minor", bpm: 96, time_signature: "6/8" };
  for (const [key, value] of Object.entries(facts)) doc.getMap("song").set(key, value);
  const section = (pos: string, more: object) => new Y.Map(Object.entries({ pos, ...more }));
  doc
    .getMap("sections")
    .set("one", section("V", { kind: "chorus", lyrics: new Y.Text("Oh"), chords: new Y.Text("Bbm") }));
  doc.getMap("sections").set("two", section("K", { name: "Opening", kind: "intro" }));
  const sheet = readSheet(doc);
  expect(sheet.facts).toBe("B♭ minor · 96 bpm · 6/8");
  expect(sheet.sections).toEqual([
    { id: "two", name: "Opening", kind: "intro", bars: 4, chords: "", lyrics: "" },
    { id: "one", name: "Chorus", kind: "chorus", bars: 8, chords: "Bbm", lyrics: "Oh" },
  ]);
  doc.getMap("song").delete("key");
  expect(readSheet(doc).facts).toBe("Minor · 96 bpm · 6/8");
});
