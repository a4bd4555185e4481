// The slider reaches every version it has room for, and each edit's end exactly.
import { expect, test } from "vitest";
import { Scale } from "./scale";

test("a few versions are a step each", () => {
  const scale = new Scale([
    { after: 9, until: 12, updates: 3 },
    { after: 12, until: 20, updates: 2 },
  ]);
  expect(scale.most).toBe(4);
  expect([0, 1, 2, 3, 4].map((step) => scale.positionAt(step))).toEqual([10, 11, 12, 16, 20]);
  expect([10, 11, 12, 13, 16, 17, 20].map((position) => scale.stepAt(position))).toEqual([0, 1, 2, 3, 3, 4, 4]);
  expect([10, 12, 13, 99].map((position) => scale.indexAt(position))).toEqual([0, 0, 1, 1]);
});

test("of very many the steps are spread over all, the ends of edits among them", () => {
  const stretches = [
    { after: 0, until: 260_000, updates: 260_000 },
    { after: 260_000, until: 260_007, updates: 1 },
    { after: 260_007, until: 300_000, updates: 30_000 },
  ];
  const scale = new Scale(stretches);
  const positions = Array.from({ length: scale.most + 1 }, (_, step) => scale.positionAt(step));
  expect(positions.length).toBeLessThan(2010);
  expect(positions).toEqual([...new Set(positions)].sort((one, other) => one - other));
  for (const { until } of stretches) expect(scale.positionAt(scale.stepAt(until))).toBe(until);
  for (const step of [0, 700, scale.most]) expect(scale.stepAt(scale.positionAt(step))).toBe(step);
});

test("one edit alone, and none at all", () => {
  expect(new Scale([{ after: 4, until: 5, updates: 1 }]).most).toBe(0);
  expect(new Scale([]).most).toBe(0);
});
