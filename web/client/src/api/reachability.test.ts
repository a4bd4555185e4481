// How seldom an unreachable studio is asked whether it is back.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Reachability } from "./reachability";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("it is asked less and less often while it does not answer, and no more once it does", async () => {
  const ask = vi.fn<() => Promise<unknown>>().mockRejectedValue(new TypeError("Failed to fetch"));
  const reachability = new Reachability(ask, () => 0.5);
  reachability.report(false);
  await vi.advanceTimersByTimeAsync(3999);
  expect(ask).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(ask).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(8000 + 16_000);
  expect(ask).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(5);
  ask.mockResolvedValue(null);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(reachability.getSnapshot()).toBe(true);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(ask).toHaveBeenCalledTimes(6);
});

test("browsers that lost it together do not come back together", async () => {
  const ask = vi.fn<() => Promise<unknown>>().mockResolvedValue(null);
  new Reachability(ask, () => 0).report(false);
  await vi.advanceTimersByTimeAsync(2000);
  expect(ask).toHaveBeenCalledTimes(1);
});
