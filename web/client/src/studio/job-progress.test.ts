// Elapsed time and estimates come from the events of the running attempt, and never promise what nobody knows.
import { expect, test } from "vitest";
import {
  attemptOf,
  elapsedSeconds,
  restInWords,
  restSeconds,
  stageName,
  usualSeconds,
  type Attempt,
  type LogEvent,
} from "./job-progress";

const START = Date.parse("2026-11-21T10:00:00Z");

function event(topic: string, after_s: number, data: Record<string, unknown>): LogEvent {
  const recorded_at = new Date(START + after_s * 1000).toISOString();
  return {
    position: 1,
    stream_id: "j",
    version: 1,
    topic,
    actor_id: "a",
    recorded_at,
    data,
    bytes: null,
    update: null,
  };
}

function attempt(...reports: [after_s: number, fraction: number][]): Attempt {
  return { number: 1, startedAt: START, reports: reports.map(([s, fraction]) => ({ at: START + s * 1000, fraction })) };
}

const at = (after_s: number) => START + after_s * 1000;

test("the running attempt begins where it was started, not where the job was asked for", () => {
  const events = [
    event("job.requested", -60, {}),
    event("job.started", -30, { attempt: 1 }),
    event("job.progressed", -20, { fraction: 0.9 }),
    event("job.started", 0, { attempt: 2 }),
    event("job.progressed", 3, { fraction: 0.1 }),
  ];
  const found = attemptOf(events, 2);
  expect(found?.startedAt).toBe(START);
  expect(found?.reports).toEqual([{ at: at(3), fraction: 0.1 }]);
});

test("an attempt whose start is unknown has no elapsed time", () => {
  expect(attemptOf([event("job.progressed", 1, { fraction: 0.2 })], 1)).toBeNull();
});

test("a clock that runs behind never shows negative time", () => {
  expect(elapsedSeconds(attempt(), at(-5))).toBe(0);
  expect(elapsedSeconds(attempt(), at(5))).toBe(5);
});

test("half done in ten seconds leaves about ten", () => {
  expect(restSeconds(attempt([10, 0.5]), null, at(10))).toBeCloseTo(10);
});

test("too little done is no estimate, unless such renders are known", () => {
  expect(restSeconds(attempt([1, 0.02]), null, at(2))).toBeNull();
  expect(restSeconds(attempt([1, 0.02]), 12, at(2))).toBeCloseTo(10);
  expect(restSeconds(attempt(), null, at(2))).toBeNull();
});

test("signs of life without progress do not slow the estimate's rate", () => {
  expect(restSeconds(attempt([10, 0.5], [12, 0.5]), null, at(12))).toBeCloseTo(8);
});

test("the estimate reaches nothing, not less", () => {
  expect(restSeconds(attempt([10, 0.95]), null, at(90))).toBe(0);
  // Far from its end, over its time: what was expected is no help.
  expect(restSeconds(attempt([10, 0.5]), null, at(90))).toBeNull();
});

test("estimates are words that do not flicker", () => {
  expect(restInWords(null)).toBeNull();
  expect(restInWords(0)).toBe("almost done");
  expect(restInWords(7.2)).toBe("about 8 s left");
  expect(restInWords(31)).toBe("about 35 s left");
  expect(restInWords(200)).toBe("about 3 min left");
});

test("what renders usually take is the middle of the newest, nonsense left out", () => {
  const pair = (seconds: number) => ({
    requestedAt: new Date(START).toISOString(),
    doneAt: new Date(START + seconds * 1000).toISOString(),
  });
  expect(usualSeconds([])).toBeNull();
  expect(usualSeconds([pair(10), pair(500), pair(12), pair(-4)])).toBe(12);
});

test("stages have names; those of an unknown engine are shown as they are", () => {
  expect(stageName("master")).toBe("Mastering");
  expect(stageName("upload_stems")).toBe("Upload stems");
  expect(stageName(null)).toBe("Starting");
});
