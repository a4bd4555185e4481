// Parts come one after the other, and none while somebody types.
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useTurns } from "./use-turns";

/** Milliseconds without a key after which hands rest. */
const REST_MS = 300;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("one part a turn until all are there", () => {
  const counts: number[] = [];
  renderHook(() => counts.push(useTurns(3, 0)));
  for (let turn = 0; turn < 3; turn++) act(() => void vi.advanceTimersToNextTimer());
  expect([...new Set(counts)]).toEqual([0, 1, 2, 3]);
  expect(vi.getTimerCount()).toBe(0);
});

test("whoever types is not interrupted; the parts come when hands rest", () => {
  dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
  const { result } = renderHook(() => useTurns(2, 0));
  act(() => void vi.advanceTimersByTime(REST_MS - 1));
  expect(result.current).toBe(0);
  for (let turn = 0; turn < 3; turn++) act(() => void vi.advanceTimersToNextTimer());
  expect(result.current).toBe(2);
});
