// Words and figures read the same everywhere.
import { expect, test } from "vitest";
import { capitalised, clock, counted, figure } from "./words";

test("a capital is one letter, also of no text", () => {
  expect(["verse", "élan", "Verse", ""].map(capitalised)).toEqual(["Verse", "Élan", "Verse", ""]);
});

test("one is one, many are many, and thousands stand apart", () => {
  expect(counted(1, "bar")).toBe("1 bar");
  expect(counted(0, "bar")).toBe("0 bars");
  expect(counted(2, "entity", "entities")).toBe("2 entities");
  expect(counted(12_000, "word")).toBe("12,000 words");
  expect(figure(200_000)).toBe("200,000");
});

test("a clock counts whole seconds, and never shows nonsense", () => {
  expect([0, 7.9, 59.6, 65, 600, 3725].map(clock)).toEqual(["0:00", "0:07", "0:59", "1:05", "10:00", "1:02:05"]);
  expect([-3, NaN, Infinity].map(clock)).toEqual(["0:00", "0:00", "0:00"]);
});
