// Where a dragged row lands, also when the list changed under it.
import { expect, test } from "vitest";
import { dropIndex, firstLeft } from "./drop-place";

const spans = [0, 40, 80].map((start) => ({ start, end: start + 40 }));

test("a row goes before the first one whose middle the pointer has not passed", () => {
  expect(dropIndex(spans, -50)).toBe(0);
  expect(dropIndex(spans, 19)).toBe(0);
  expect(dropIndex(spans, 21)).toBe(1);
  expect(dropIndex(spans, 99)).toBe(2);
  expect(dropIndex(spans, 101)).toBe(3);
  expect(dropIndex([], 10)).toBe(0);
});

test("rows that somebody removed meanwhile, and the dragged one, are no places", () => {
  const ids = ["a", "b", "c", "d"];
  expect(firstLeft(ids, 1, "a", ids)).toBe("b");
  expect(firstLeft(ids, 0, "a", ids)).toBe("b");
  expect(firstLeft(ids, 1, "a", ["a", "c", "d"])).toBe("c");
  expect(firstLeft(ids, 3, "a", ["a", "b"])).toBeNull();
  expect(firstLeft(ids, 4, "a", ids)).toBeNull();
});
