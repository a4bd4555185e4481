// What waits for rest happens once, after the last stir, and not at all when it is called off.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { atRest } from "./at-rest";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("it comes once after the last of many stirs", () => {
  const run = vi.fn();
  const rest = atRest(run);
  for (let stir = 0; stir < 20; stir += 1) {
    rest.stir();
    vi.advanceTimersByTime(60);
  }
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(400);
  expect(run).toHaveBeenCalledOnce();
});

test("what is stopped does not come", () => {
  const run = vi.fn();
  const rest = atRest(run);
  rest.stir();
  rest.stop();
  vi.runAllTimers();
  expect(run).not.toHaveBeenCalled();
});
