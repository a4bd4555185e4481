// Parts come one after the other, and none while somebody types.
import { renderHook, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { useTurns } from "./use-turns";

test("one part a turn until all are there", async () => {
  const counts: number[] = [];
  renderHook(() => counts.push(useTurns(3, 0)));
  await waitFor(() => expect([...new Set(counts)]).toEqual([0, 1, 2, 3]));
});

test("whoever types is not interrupted; the parts come when hands rest", async () => {
  dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
  const { result } = renderHook(() => useTurns(2, 0));
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(result.current).toBe(0);
  await waitFor(() => expect(result.current).toBe(2));
});
