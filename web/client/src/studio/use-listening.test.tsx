// A take that is deleted while it plays: the sound stops, and the take is shown again when it comes back.
import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { toasts } from "../ui/toasts";
import type { NumberedTake } from "./takes";
import { useListening } from "./use-listening";

beforeEach(() => {
  vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
  vi.spyOn(HTMLMediaElement.prototype, "canPlayType").mockReturnValue("probably");
  for (const name of ["pause", "load"] as const)
    vi.spyOn(HTMLMediaElement.prototype, name).mockImplementation(() => undefined);
  toasts.getSnapshot().forEach(({ id }) => toasts.close(id));
});

const file = { role: "mix", format: "ogg", url: "/sound.ogg" };

function takeOf(number: number): NumberedTake {
  return { id: `t${number}`, number, deleted_at: null, duration_s: 9, sections: [], files: [file] } as never;
}

const [first, second] = [takeOf(1), takeOf(2)];
const deleted = { ...first, deleted_at: "2026-11-21T10:00:00Z" };
const news = () => toasts.getSnapshot().map(({ text }) => text);

function listening() {
  const { result, rerender } = renderHook(({ takes }) => useListening(takes, "Song"), {
    initialProps: { takes: [second, first] },
  });
  act(() => result.current.toggle(first));
  const now = () => [result.current.state.track?.id, result.current.state.wantsToPlay];
  expect(now()).toEqual(["t1", true]);
  return { result, now, become: (...takes: NumberedTake[]) => rerender({ takes }) };
}

test("what somebody else deletes stops, is told, and is shown again once it is back", () => {
  const { now, become } = listening();
  become(second, deleted);
  expect(now()).toEqual(["t2", false]);
  expect(news()).toEqual(["Take 1 was deleted elsewhere. It is in the trash."]);
  become(second, first);
  expect(now()).toEqual(["t1", false]);
  expect(news()).toHaveLength(1);
});

test("what was deleted here is told by its own toast", () => {
  const { now, become } = listening();
  become(second, { ...deleted, deleted_here: true });
  expect(now()).toEqual(["t2", false]);
  expect(news()).toEqual([]);
});

test("the only take leaves nothing, and comes back", () => {
  const { now, become } = listening();
  become(deleted);
  expect(now()).toEqual([undefined, false]);
  become(first);
  expect(now()).toEqual(["t1", false]);
});

test("who has begun to play another take keeps it", () => {
  const { result, now, become } = listening();
  become(second, deleted);
  act(() => result.current.player.play());
  act(() => result.current.player.pause());
  become(second, first);
  expect(now()).toEqual(["t2", false]);
});
