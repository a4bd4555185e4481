// News at the edge: how long they stay, which stand in for which.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Toasts } from "./toasts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const textsOf = (toasts: Toasts) => toasts.getSnapshot().map((toast) => toast.text);

const action = { name: "Undo", onAction: () => undefined };

test("news go by themselves, later when there is something to do, and never before somebody decided about a failure", () => {
  const toasts = new Toasts();
  toasts.show({ tone: "success", text: "Saved" });
  toasts.show({ tone: "plain", text: "In the trash", action });
  toasts.show({ tone: "danger", text: "Failed", action: { name: "Retry", onAction: () => undefined } });
  vi.advanceTimersByTime(6000);
  expect(textsOf(toasts)).toEqual(["In the trash", "Failed"]);
  vi.advanceTimersByTime(3999);
  expect(textsOf(toasts)).toEqual(["In the trash", "Failed"]);
  vi.advanceTimersByTime(1);
  expect(textsOf(toasts)).toEqual(["Failed"]);
  toasts.show({ tone: "plain", text: "Discarded", stays: true, action });
  vi.advanceTimersByTime(60_000);
  expect(textsOf(toasts)).toEqual(["Failed", "Discarded"]);
});

test("what offers something about a page, and its failures, go when one leaves it; the rest goes along", () => {
  const toasts = new Toasts();
  history.replaceState(null, "", "/songs/1");
  toasts.show({ tone: "danger", text: "Failed", action });
  toasts.show({ tone: "plain", text: "In the trash", goesAlong: true, action });
  toasts.show({ tone: "success", text: "Named" });
  toasts.arriveAt("/songs/1");
  expect(textsOf(toasts)).toEqual(["Failed", "In the trash", "Named"]);
  toasts.arriveAt("/");
  expect(textsOf(toasts)).toEqual(["In the trash", "Named"]);
});

test("nothing goes while it is pointed at; afterwards it has its time anew", () => {
  const toasts = new Toasts();
  toasts.show({ tone: "success", text: "Saved" });
  vi.advanceTimersByTime(5000);
  toasts.hold(true);
  toasts.show({ tone: "success", text: "Copied" });
  vi.advanceTimersByTime(60_000);
  expect(textsOf(toasts)).toEqual(["Saved", "Copied"]);
  toasts.hold(false);
  vi.advanceTimersByTime(5999);
  expect(textsOf(toasts)).toEqual(["Saved", "Copied"]);
  vi.advanceTimersByTime(1);
  expect(textsOf(toasts)).toEqual([]);
});

test("the last toast closed by hand lets go: the next one goes by itself again", () => {
  const toasts = new Toasts();
  const id = toasts.show({ tone: "success", text: "Saved" });
  toasts.hold(true);
  toasts.close(id);
  toasts.show({ tone: "success", text: "Copied" });
  vi.advanceTimersByTime(60_000);
  expect(textsOf(toasts)).toEqual([]);
});

test("what a toast offers is done some other way: it goes, the others stay, and nobody listens any longer", () => {
  const toasts = new Toasts();
  const done = new Set<() => void>();
  const until = (isDone: () => void) => {
    done.add(isDone);
    return () => void done.delete(isDone);
  };
  toasts.show({ tone: "plain", text: "Verse 1 removed", until, action });
  const second = toasts.show({ tone: "plain", text: "Verse 2 removed", until, action });
  const [first] = done;
  first?.();
  expect(textsOf(toasts)).toEqual(["Verse 2 removed"]);
  expect(done.size).toBe(1);
  toasts.close(second);
  expect(done.size).toBe(0);
});

test("what is done already is offered to nobody, and not listened for", () => {
  const toasts = new Toasts();
  const stop = vi.fn();
  const until = (isDone: () => void) => {
    isDone();
    return stop;
  };
  toasts.show({ tone: "plain", text: "Verse 1 removed", until, action });
  expect([textsOf(toasts), stop.mock.calls.length]).toEqual([[], 1]);
});

test("newer news of one thing stand in for older; other things keep theirs", () => {
  const toasts = new Toasts();
  toasts.show({ tone: "plain", text: "One is in the trash", about: "1", action });
  toasts.show({ tone: "plain", text: "Two is in the trash", about: "2", action });
  toasts.show({ tone: "success", text: "One is back", about: "1" });
  expect(textsOf(toasts)).toEqual(["Two is in the trash", "One is back"]);
});

test("no more than three are shown; the oldest goes, a decision only when nothing else can", () => {
  const toasts = new Toasts();
  for (const text of ["a", "b", "c", "d"]) toasts.show({ tone: "plain", text });
  expect(textsOf(toasts)).toEqual(["b", "c", "d"]);
  toasts.show({ tone: "danger", text: "Failed", action });
  for (const text of ["e", "f", "g"]) toasts.show({ tone: "plain", text });
  expect(textsOf(toasts)).toEqual(["Failed", "f", "g"]);
});
