// Outlines become bars, places become seconds, whatever the files say.
import { expect, test } from "vitest";
import { barCount, barsOf, fractionAt, outlineOf, readOutline, timeAt } from "./waveform";

test("an outline is read from the peaks file, and clamped", () => {
  expect(readOutline({ version: 1, min: [-0.5, -3], max: [0.25, 2] })).toEqual({ low: [-0.5, -1], high: [0.25, 1] });
});

test.each([null, 7, "x", [], {}, { min: [], max: [] }, { min: [0], max: [0, 1] }, { min: ["a"], max: ["b"] }])(
  "nonsense is no outline: %j",
  (json) => expect(readOutline(json)).toBeNull(),
);

test("every bar shows the loudest moment of its stretch", () => {
  const bars = barsOf({ low: [0, -1, 0, 0], high: [0.1, 0, 0.5, 0.5] }, 2);
  expect(bars[0]).toBe(1);
  expect(bars[1]).toBeGreaterThan(0.2);
  expect(bars[1]).toBeLessThan(0.5);
});

test("there may be more bars than points, and no bar vanishes", () => {
  const bars = barsOf({ low: [0, -0.5], high: [0, 0.5] }, 9);
  expect(bars).toHaveLength(9);
  expect(Math.min(...bars)).toBeGreaterThan(0);
});

test("silence is a line, not a division by nothing", () => {
  for (const bar of barsOf({ low: [0, 0], high: [0, 0] }, 4)) expect(bar).toBeGreaterThan(0);
});

test("no outline and no room give no bars", () => {
  expect(barsOf({ low: [], high: [] }, 4)).toEqual([]);
  expect(barsOf({ low: [0], high: [1] }, 0)).toEqual([]);
  expect(barCount(0)).toBe(0);
});

test("bars fill the width and never leave it", () => {
  for (const width of [1, 2, 3, 100, 921]) expect(barCount(width) * 3 - 1).toBeLessThanOrEqual(Math.max(width, 0));
  expect(barCount(299)).toBe(100);
});

test("places and seconds are each other's inverse, within the take", () => {
  expect(timeAt(50, 200, 60)).toBe(15);
  expect(timeAt(-4, 200, 60)).toBe(0);
  expect(timeAt(999, 200, 60)).toBe(60);
  expect(timeAt(10, 0, 60)).toBe(0);
  expect(fractionAt(15, 60)).toBe(0.25);
  expect(fractionAt(15, 0)).toBe(0);
});

test("decoded sound is outlined over all its channels", () => {
  const left = new Float32Array([0, 0.5, 0, 0]);
  const right = new Float32Array([0, 0, -0.25, 0]);
  expect(outlineOf([left, right], 2)).toEqual({ low: [0, -0.25], high: [0.5, 0] });
  expect(outlineOf([], 4)).toEqual({ low: [], high: [] });
});
