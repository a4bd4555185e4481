// Totals: what is counted, and what stands in for what is not said.
import { expect, test } from "vitest";
import { barsPlayed, secondsOf, totalsOf } from "./totals";

const verse = { kind: "verse", bars: 8, lyrics: "Rain writes its name\non the window" };

test("a song adds up to its sections, bars, words and time", () => {
  const chorus = { kind: "chorus", bars: 16, lyrics: "Oh, glasshouse weather" };
  expect(totalsOf([verse, chorus], 96, "4/4")).toEqual({ sections: 2, bars: 24, words: 10, seconds: 60 });
  expect(totalsOf([], 120, "4/4")).toEqual({ sections: 0, bars: 0, words: 0, seconds: 0 });
});

test("a section that says no bars counts as many as are played", () => {
  expect(barsPlayed("intro", null)).toBe(4);
  expect(barsPlayed("chorus", undefined)).toBe(8);
  expect(barsPlayed(null, null)).toBe(8);
  expect(barsPlayed("intro", 12)).toBe(12);
  expect(barsPlayed("intro", "many")).toBe(4);
});

test("the tempo counts quarters, whatever the time signature", () => {
  expect(secondsOf(1, 120, "4/4")).toBe(2);
  expect(secondsOf(1, 120, "6/8")).toBe(1.5);
  expect(secondsOf(1, 60, "7/8")).toBe(3.5);
  expect(secondsOf(1, null, null)).toBe(2.4);
  expect(secondsOf(1, 0, "4/0")).toBe(2.4);
  expect(secondsOf(11, 22, "4/4")).toBe(120);
});
