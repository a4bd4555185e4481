// Which answers an event makes old, and how seldom they are asked for again.
import { afterEach, expect, test, vi } from "vitest";
import { concernsOf, EDITS, EVERYWHERE, Soon } from "./live-queries";

afterEach(() => vi.useRealTimers());

test("every type of event that is followed concerns something", () => {
  expect([...EVERYWHERE, ...EDITS].filter((topic) => concernsOf(topic).length === 0)).toEqual([]);
  expect(concernsOf("document.updated")).toEqual([["documents", "list"]]);
  expect(concernsOf("nothing.known")).toEqual([]);
});

test("a hundred events in a moment ask once after each delay, with everything they concern", () => {
  vi.useFakeTimers();
  const onWords = vi.fn();
  const soon = new Soon([300, 1500], onWords);
  for (let index = 0; index < 100; index++) soon.add(["documents"]);
  soon.add(["jobs"]);
  soon.add(["takes"], 1000);
  expect(onWords).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(onWords.mock.calls).toEqual([[["documents", "jobs"]], [["documents", "jobs", "takes"]]]);
  soon.add(["takes"]);
  soon.stop();
  vi.advanceTimersByTime(10_000);
  expect(onWords).toHaveBeenCalledTimes(2);
});

test("what was stopped works again, without what it had gathered", () => {
  vi.useFakeTimers();
  const onTopics = vi.fn();
  const soon = new Soon([2500], onTopics);
  soon.add(["takes"]);
  soon.stop();
  soon.add(["jobs"]);
  vi.advanceTimersByTime(2499);
  expect(onTopics).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onTopics.mock.calls).toEqual([[["jobs"]]]);
});
