// The event stream of a tab: one connection for all, closed when nobody looks, taken up again, honest about gaps.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LogEvents, type LogEvent, type Topic } from "./log-events";

class FakeSource extends EventTarget {
  static opened: FakeSource[] = [];
  readyState = 1;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    FakeSource.opened.push(this);
  }

  close() {
    this.readyState = 2;
  }

  tell(topic: Topic, position: number, streamId = "s") {
    const data = JSON.stringify({ position, topic, stream_id: streamId });
    this.dispatchEvent(new MessageEvent(topic, { data }));
  }

  refuse() {
    this.readyState = 2;
    this.onerror?.();
  }
}

let isHidden = false;
const checkSignedIn = vi.fn(() => Promise.resolve());

function createEvents() {
  return new LogEvents({
    open: (url) => new FakeSource(url) as unknown as EventSource,
    checkSignedIn,
    isHidden: () => isHidden,
  });
}

function listen(events: LogEvents, topics: Topic[], streamId?: string) {
  const heard: LogEvent[] = [];
  const onGap = vi.fn();
  const filter = streamId === undefined ? { topics } : { topics, streamId };
  const stop = events.listen({ filter, onEvent: (event) => heard.push(event), onGap });
  return { heard, onGap, stop };
}

const last = () => FakeSource.opened.at(-1)!;
const living = () => FakeSource.opened.filter((source) => source.readyState !== 2);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  Object.assign(FakeSource, { CLOSED: 2 });
  FakeSource.opened = [];
  isHidden = false;
  checkSignedIn.mockReset().mockResolvedValue(undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("listeners of one moment share a connection, and hear only what they asked for", async () => {
  const events = createEvents();
  const jobs = listen(events, ["job.completed"], "mine");
  const takes = listen(events, ["take.completed"]);
  await vi.advanceTimersByTimeAsync(0);
  expect(living()).toHaveLength(1);
  expect(last().url).toBe("/api/v1/events/stream?topic=job.completed&topic=take.completed");
  last().tell("job.completed", 1, "mine");
  last().tell("job.completed", 2, "other");
  last().tell("take.completed", 3);
  expect(jobs.heard.map((event) => event.position)).toEqual([1]);
  expect(takes.heard.map((event) => event.position)).toEqual([3]);
});

test("another topic goes on where the last one ended, so nothing is missed in between", async () => {
  const events = createEvents();
  listen(events, ["job.completed"]);
  await vi.advanceTimersByTimeAsync(0);
  last().tell("job.completed", 41);
  const more = listen(events, ["document.updated"]);
  await vi.advanceTimersByTimeAsync(0);
  expect(living()).toHaveLength(1);
  expect(last().url).toContain("after=41");
  more.stop();
  await vi.advanceTimersByTimeAsync(0);
  expect(last().url).not.toContain("document.updated");
});

test("a tab that stays hidden lets go, and says that it may have missed something", async () => {
  const events = createEvents();
  const { onGap } = listen(events, ["job.completed"]);
  await vi.advanceTimersByTimeAsync(0);
  isHidden = true;
  events.visibilityChanged();
  await vi.advanceTimersByTimeAsync(29_000);
  expect(living()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(living()).toHaveLength(0);
  expect(onGap).not.toHaveBeenCalled();
  isHidden = false;
  events.visibilityChanged();
  expect(living()).toHaveLength(1);
  last().onopen?.();
  expect(onGap).toHaveBeenCalledOnce();
});

test("a refusal asks who is signed in, waits longer each time, and begins anew", async () => {
  const events = createEvents();
  const { onGap } = listen(events, ["job.completed"]);
  await vi.advanceTimersByTimeAsync(0);
  last().tell("job.completed", 7);
  last().refuse();
  expect(checkSignedIn).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1600);
  expect(checkSignedIn).toHaveBeenCalledOnce();
  expect(living()).toHaveLength(1);
  expect(last().url).not.toContain("after");
  last().onopen?.();
  expect(onGap).toHaveBeenCalledOnce();
  last().refuse();
  last().refuse();
  checkSignedIn.mockRejectedValue(new Error("signed out"));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(living()).toHaveLength(0);
  expect(checkSignedIn.mock.calls.length).toBeLessThan(8);
});

test("nobody listens: nothing is open, also after a refusal", async () => {
  const events = createEvents();
  const { stop } = listen(events, ["job.completed"]);
  await vi.advanceTimersByTimeAsync(0);
  last().refuse();
  stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(living()).toHaveLength(0);
});
