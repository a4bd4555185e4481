// Which answers an event makes old, and how seldom they are asked for again.
import { afterEach, expect, test, vi } from "vitest";
import { concernsOf, Soon } from "./live-queries";
import { TOPICS } from "./log-events";

afterEach(() => vi.useRealTimers());

test("every type of event concerns something", () => {
  expect(TOPICS.filter((topic) => concernsOf(topic).length === 0)).toEqual([]);
  expect(concernsOf("document.updated")).toEqual(["documents"]);
  expect(concernsOf("nothing.known")).toEqual([]);
});

test("a hundred events in a moment ask twice, with everything they concern", () => {
  vi.useFakeTimers();
  const onWords = vi.fn();
  const soon = new Soon(onWords);
  for (let index = 0; index < 100; index++) soon.add(["documents"]);
  soon.add(["jobs"]);
  expect(onWords).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(onWords.mock.calls).toEqual([[["documents", "jobs"]], [["documents", "jobs"]]]);
  soon.add(["takes"]);
  soon.stop();
  vi.advanceTimersByTime(10_000);
  expect(onWords).toHaveBeenCalledTimes(2);
});
