// Totals: what is counted, what stands in for what is not said, and times as people read them.
import { expect, test } from "vitest";
import { barsPlayed, clockTime, counted, secondsOfBar, totalsOf } from "./totals";

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
  expect(secondsOfBar(120, "4/4")).toBe(2);
  expect(secondsOfBar(120, "6/8")).toBe(1.5);
  expect(secondsOfBar(60, "7/8")).toBe(3.5);
  expect(secondsOfBar(null, null)).toBe(2.4);
  expect(secondsOfBar(0, "4/0")).toBe(2.4);
});

test("times are read as clocks show them", () => {
  expect(clockTime(0)).toBe("0:00");
  expect(clockTime(59.6)).toBe("1:00");
  expect(clockTime(130)).toBe("2:10");
  expect(clockTime(3725)).toBe("1:02:05");
});

test("one is one, many are many", () => {
  expect(counted(1, "bar")).toBe("1 bar");
  expect(counted(0, "bar")).toBe("0 bars");
  expect(counted(12_000, "word")).toBe("12,000 words");
});
