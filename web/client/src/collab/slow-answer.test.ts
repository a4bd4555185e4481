// When it is said that the studio takes long to answer.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SavedLedger } from "./saved";
import { SlowAnswer } from "./slow-answer";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const ledger = new SavedLedger();
  const heard: boolean[] = [];
  const answer: SlowAnswer = new SlowAnswer(ledger, () => heard.push(answer.isSlow));
  const send = () => {
    ledger.sentChange(ledger.changed("here", Date.now()), Date.now());
    answer.watch();
  };
  return { ledger, answer, heard, send };
}

it("is news once, eight seconds after what was sent first", () => {
  const { answer, heard, send } = watched();
  for (let second = 0; second < 8; second++) {
    send();
    vi.advanceTimersByTime(999);
  }
  expect([answer.isSlow, heard]).toEqual([false, []]);
  vi.advanceTimersByTime(1000);
  send();
  vi.advanceTimersByTime(60_000);
  expect([answer.isSlow, heard]).toEqual([true, [true]]);
});

it("is no news while answers come, however long one types on a slow line", () => {
  const { ledger, answer, heard, send } = watched();
  for (let second = 0; second < 60; second++) {
    send();
    vi.advanceTimersByTime(1000);
    if (second >= 5) ledger.answered(true);
  }
  expect([answer.isSlow, heard]).toEqual([false, []]);
});

it("is over with the answer", () => {
  const { ledger, answer, send } = watched();
  send();
  vi.advanceTimersByTime(10_000);
  expect(answer.isSlow).toBe(true);
  ledger.answered(true);
  expect(answer.isSlow).toBe(false);
  send();
  vi.advanceTimersByTime(7_000);
  expect(answer.isSlow).toBe(false);
});

it("goes on when the socket dies over it, until the next one has an answer", () => {
  const { ledger, answer, send } = watched();
  send();
  vi.advanceTimersByTime(5_000);
  ledger.disconnected();
  ledger.sentEverything(Date.now());
  answer.watch();
  vi.advanceTimersByTime(3_000);
  expect(answer.isSlow).toBe(true);
  ledger.answered(true);
  expect(answer.isSlow).toBe(false);
});

it("rests when it is told to", () => {
  const { answer, heard, send } = watched();
  send();
  answer.stop();
  send();
  vi.advanceTimersByTime(60_000);
  expect([heard, vi.getTimerCount()]).toEqual([[], 0]);
});
