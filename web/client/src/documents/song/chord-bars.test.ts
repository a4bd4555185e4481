// Chords are read as the renderer reads them.
import { expect, test } from "vitest";
import { barsOf, played, symbolsOf } from "./chord-bars";

test("a chord a bar, line after line", () => {
  expect(barsOf("Am F C G\nAm F Dm E")).toEqual([["Am"], ["F"], ["C"], ["G"], ["Am"], ["F"], ["Dm"], ["E"]]);
});

test("between bar lines chords share a bar", () => {
  expect(barsOf("| Am F | C / G/B |")).toEqual([
    ["Am", "F"],
    ["C", "/", "G/B"],
  ]);
});

test("% repeats the bar before it, also over a line's end, and x2 the line", () => {
  expect(barsOf("Am %\n% C")).toEqual([["Am"], ["Am"], ["Am"], ["C"]]);
  expect(barsOf("C G (x2)")).toEqual([["C"], ["G"], ["C"], ["G"]]);
  expect(barsOf("%")).toEqual([["%"]]);
});

test("separators are no chords", () => {
  expect(barsOf("Am - F – C → G, D; E")).toEqual([["Am"], ["F"], ["C"], ["G"], ["D"], ["E"]]);
  expect(barsOf("  \n\n")).toEqual([]);
});

test("a longer section plays its chords again, a shorter one stops", () => {
  expect(played([["C"], ["G"]], 5)).toEqual([["C"], ["G"], ["C"], ["G"], ["C"]]);
  expect(played([["C"], ["G"]], 1)).toEqual([["C"]]);
  expect(played([], 8)).toEqual([]);
});

test("however much is written, no more is read than is ever played", () => {
  expect(barsOf("C ".repeat(5000))).toHaveLength(256);
  expect(barsOf("C D E F G A B C x9\n".repeat(500))).toHaveLength(256);
});

test("a held chord is written once", () => {
  expect(symbolsOf([["C", "/", "G/B"], ["Am"]])).toEqual(["C", "G/B", "Am"]);
});
