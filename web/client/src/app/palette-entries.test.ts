// What the palette lists, and in which order.
import { expect, test } from "vitest";
import type { Schemas } from "../api/client";
import type { Action } from "../ui/actions";
import { entriesFor, matchScore } from "./palette-entries";

const run = () => undefined;
const actions: Action[] = [
  { id: "palette", name: "Go to or do", run },
  { id: "trash", name: "Trash", group: "Go to", run },
  { id: "new-song", name: "New song", group: "New", run },
  { id: "told", name: "Play", keys: "Space" },
  { id: "off", name: "New take", isDisabled: true, run },
];

function song(title: string): Schemas["DocumentItem"] {
  return { id: title, kind: "song", title } as Schemas["DocumentItem"];
}

test.each([
  ["", "Anything", 1],
  ["new", "New song", 4],
  ["song", "New song", 3],
  ["so ne", "New song", 3.5],
  ["ong", "New song", 2],
  ["emi", "Émigré", 4],
  ["зим", "Зимняя песня", 4],
  ["song x", "New song", 0],
])("%j finds %j with %d", (typed, name, score) => {
  expect(matchScore(typed, name)).toBe(score);
});

test("without words: the newest documents, then everything one can do here", () => {
  const sections = entriesFor("", actions, ["a", "b", "c", "d", "e", "f", "g"].map(song), true);
  expect(sections.map((section) => section.name)).toEqual(["Recent", "Actions and pages"]);
  expect(sections[0]!.entries).toHaveLength(6);
  expect(sections[1]!.entries.map((entry) => entry.id)).toEqual(["trash", "new-song"]);
});

test("with words: what was found, the better name first, groups count too", () => {
  const sections = entriesFor("new", actions, [], true);
  expect(sections).toHaveLength(1);
  expect(sections[0]!.entries.map((entry) => entry.id)).toEqual(["new-song"]);
  expect(entriesFor("go trash", actions, [], true)[0]!.entries[0]!.id).toBe("trash");
  expect(entriesFor("nothing like it", actions, [], true)).toEqual([]);
});

test("what was found for other words stays only as far as its title fits", () => {
  const found = ["Zanzibar by Night", "New Moon"].map(song);
  const sections = entriesFor("new", actions, found, false);
  expect(sections.map((section) => section.entries.map((entry) => entry.id))).toEqual([["New Moon"], ["new-song"]]);
  expect(entriesFor("new", actions, found, true)[0]!.entries).toHaveLength(2);
});
