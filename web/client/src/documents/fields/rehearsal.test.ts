// A rehearsal takes the way of real keys, happens once, and leaves nothing behind.
import { afterEach, expect, test, vi } from "vitest";
import { rehearseInTurn, rehearseTyping } from "./rehearsal";

afterEach(() => vi.useRealTimers());

test("keys are rehearsed into a text of their own, and nothing stays on the page", async () => {
  const isOnStage = vi.spyOn(document.body, "append");
  expect(await rehearseTyping()).toBe("Line onexxx\nLine two\n");
  expect(isOnStage).toHaveBeenCalledOnce();
  expect(document.body.childElementCount).toBe(0);
});

test("it takes its turn once in the life of the page", async () => {
  vi.useFakeTimers();
  const isOnStage = vi.spyOn(document.body, "append");
  rehearseInTurn();
  rehearseInTurn();
  expect(isOnStage).not.toHaveBeenCalled();
  await vi.runAllTimersAsync();
  expect(isOnStage).toHaveBeenCalledOnce();
  rehearseInTurn();
  await vi.runAllTimersAsync();
  expect(isOnStage).toHaveBeenCalledOnce();
});
