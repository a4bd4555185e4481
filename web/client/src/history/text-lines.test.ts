// Differences of texts as lines: nothing is lost, lines that end in both stand side by side, long calm stretches fold.
import { expect, test } from "vitest";
import type { Span } from "./requests";
import { authorsIn, folded, inlineLines, joinedSpans, sideBySide, wordCounts, type Line } from "./text-lines";

const span = (change: Span["change"], text: string): Span => ({ change, text, author: null });
const textOf = (line: Line | null) => line?.pieces.map((piece) => piece.text).join("") ?? null;

const SPANS = [
  span("equal", "rain "),
  span("insert", "slowly "),
  span("equal", "falls\nand "),
  span("delete", "then\nagain"),
  span("insert", "once"),
  span("equal", "\nend"),
];

test("inline, both texts are in one column", () => {
  const lines = inlineLines(SPANS);
  expect(lines.map(textOf)).toEqual(["rain slowly falls", "and then\n", "againonce", "end"]);
  expect(lines.map((line) => line.change)).toEqual(["both", "both", "both", "equal"]);
  expect(inlineLines([span("insert", "one\ntwo")]).map((line) => line.change)).toEqual(["insert", "insert"]);
});

test("side by side, each side spells its own text and shared line ends stand at one height", () => {
  const rows = sideBySide(SPANS);
  expect(rows.map((row) => [textOf(row.old), textOf(row.new)])).toEqual([
    ["rain falls", "rain slowly falls"],
    ["and then", "and once"],
    ["again", null],
    ["end", "end"],
  ]);
  expect(rows.map((row) => row.isEqual)).toEqual([false, false, false, true]);
});

test("whatever the spans, both sides say what they said", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const next = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 200; round++) {
    const spans = Array.from({ length: 1 + next(8) }, () =>
      span((["equal", "insert", "delete"] as const)[next(3)]!, ["a", "b\n", "\n", "c d", "\n\ne"][next(5)]!),
    );
    const side = (left: "insert" | "delete") =>
      spans.flatMap(({ change, text }) => (change === left ? [] : [text])).join("");
    const rows = sideBySide(spans);
    const shown = (which: "old" | "new") =>
      rows.flatMap((row) => (row[which] === null ? [] : [textOf(row[which])])).join("\n");
    expect(shown("old"), `seed ${seed}`).toBe(side("insert"));
    expect(shown("new"), `seed ${seed}`).toBe(side("delete"));
  }
});

test("long unchanged stretches fold, with context around a change; short ones stay", () => {
  const isEqual = (line: string) => line === "=";
  const lines = Array.from("=======x====y=======");
  const folds = folded(lines, isEqual);
  expect(folds.map((fold) => [fold.type, fold.items.length])).toEqual([
    ["folded", 5],
    ["shown", 10],
    ["folded", 5],
  ]);
  expect(folded(Array.from("==x"), isEqual).map((fold) => fold.type)).toEqual(["shown"]);
  expect(folds.flatMap((fold) => fold.items)).toEqual(lines);
});

test("words and people are counted once", () => {
  expect(wordCounts(SPANS)).toEqual({ inserted: 2, deleted: 2 });
  const by = (person_id: string, position: number) => ({
    change: "insert" as const,
    text: "x",
    author: { person_id, position, at: "", merged_at: null },
  });
  const found = authorsIn([by("ada", 3), by("mina", 4), by("ada", 9), span("equal", "y")]);
  expect(found.map((author) => [author.person_id, author.position])).toEqual([
    ["ada", 9],
    ["mina", 4],
  ]);
});

test("what somebody typed letter by letter is one stretch, by the newest of their updates", () => {
  const typed = (text: string, person_id: string, position: number): Span => ({
    change: "insert",
    text,
    author: { person_id, position, at: "", merged_at: null },
  });
  const spans = [
    span("equal", "a"),
    typed("w", "ada", 1),
    typed("o", "ada", 3),
    typed("n", "ada", 2),
    typed("!", "mina", 4),
  ];
  const joined = joinedSpans(spans);
  expect(joined.map(({ text, author }) => [text, author?.position ?? null])).toEqual([
    ["a", null],
    ["won", 3],
    ["!", 4],
  ]);
  expect(wordCounts(joined)).toEqual({ inserted: 2, deleted: 0 });
});
