// What a page builds later comes one at a time, what is seen first, and never under a typing hand.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buildInTurn } from "./one-by-one";

beforeEach(() => {
  vi.useFakeTimers();
  // Nobody has typed yet.
  vi.advanceTimersByTime(1000);
});

afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

test("the nearest is built first, and each in a turn of its own", () => {
  const built: string[] = [];
  buildInTurn(() => built.push("far"), 900);
  buildInTurn(() => built.push("near"), 10);
  buildInTurn(() => built.push("below"), 400);
  expect(built).toEqual([]);
  vi.advanceTimersToNextTimer();
  expect(built).toEqual(["near"]);
  vi.runAllTimers();
  expect(built).toEqual(["near", "below", "far"]);
});

test("nothing is built while keys are pressed", () => {
  const build = vi.fn();
  buildInTurn(build, 0);
  for (let key = 0; key < 20; key += 1) {
    dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
    vi.advanceTimersByTime(60);
  }
  expect(build).not.toHaveBeenCalled();
  vi.advanceTimersByTime(400);
  expect(build).toHaveBeenCalledOnce();
});

test("what is called off is not built, and keeps nothing else from its turn", () => {
  const [gone, other] = [vi.fn(), vi.fn()];
  buildInTurn(gone, 0)();
  buildInTurn(other, 1);
  vi.runAllTimers();
  expect(gone).not.toHaveBeenCalled();
  expect(other).toHaveBeenCalledOnce();
});
