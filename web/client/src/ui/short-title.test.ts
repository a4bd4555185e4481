// Titles in sentences.
import { expect, test } from "vitest";
import { shortTitle } from "./short-title";

test("a title stays as it is until a sentence would drown in it; letters of two units stay whole", () => {
  expect(shortTitle(" Lanterns ")).toBe("Lanterns");
  expect(shortTitle("a".repeat(32))).toBe("a".repeat(32));
  expect(shortTitle("a".repeat(33))).toBe(`${"a".repeat(32)}…`);
  expect(shortTitle("🎹".repeat(60))).toBe(`${"🎹".repeat(32)}…`);
});
