// Moments read as people say them, around midnights too.
import { expect, test } from "vitest";
import { exactly, inWords } from "./moments";

const now = new Date(2026, 5, 15, 0, 10);

test.each([
  [new Date(2026, 5, 15, 0, 9, 30), "just now"],
  [new Date(2026, 5, 14, 23, 50), "20 minutes ago"],
  [new Date(2026, 5, 14, 20, 0), "4 hours ago"],
  [new Date(2026, 5, 14, 9, 0), "yesterday"],
  [new Date(2026, 5, 12, 23, 0), "3 days ago"],
  [new Date(2026, 5, 22, 0, 9), "22 Jun"],
  [new Date(2026, 5, 21, 12, 0), "in 6 days"],
  [new Date(2024, 0, 2), "2 Jan 2024"],
])("%s is said as %s", (at, words) => {
  expect(inWords(at, now)).toBe(words);
});

test("a moment is said to the minute in one form, whatever the browser prefers", () => {
  expect(exactly(new Date(2026, 11, 6, 0, 9))).toBe("6 December 2026 at 00:09");
});
