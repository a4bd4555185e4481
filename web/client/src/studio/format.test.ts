// Times, sizes and phrases as people read them.
import { expect, test } from "vitest";
import { ago, decimal, sentence, sentenceCase, size, spokenTime } from "./format";

test("spoken times are words", () => {
  expect([0, 1, 61, 120].map(spokenTime)).toEqual(["0 seconds", "1 second", "1 minute 1 second", "2 minutes"]);
});

test("what happened lately is told in minutes, hours and days; a clock that runs behind says now", () => {
  const now = new Date(2026, 10, 21, 12).getTime();
  const before = (seconds: number) => ago(new Date(now - seconds * 1000).toISOString(), now);
  expect([5, 60, 3590, 3600, 90_000].map(before)).toEqual([
    "just now",
    "1 minute ago",
    "59 minutes ago",
    "1 hour ago",
    "yesterday",
  ]);
  expect(before(-400)).toBe("just now");
  expect(before(30 * 86_400)).toBe("22 Oct");
});

test("sizes, decimals, names and phrases", () => {
  expect([900, 18_182, 9_047_422, 35_059_544].map(size)).toEqual(["900 B", "18 kB", "9.0 MB", "35 MB"]);
  expect(decimal(-14)).toBe("−14.0");
  expect(sentenceCase("loudness_lufs")).toBe("Loudness LUFS");
  expect(sentence("the song is too long")).toBe("The song is too long.");
  expect(sentence("Done!")).toBe("Done!");
  expect(sentence("")).toBe("");
});
