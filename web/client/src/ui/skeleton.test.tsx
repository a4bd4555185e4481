// Grey shapes come only where something takes longer than people notice.
import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Skeleton } from "./skeleton";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const passed = (ms: number) => act(() => void vi.advanceTimersByTime(ms));

test("nothing for 300 milliseconds, then as many lines as are wanted, under their name", () => {
  const { container } = render(<Skeleton lines={2} label="Loading takes" />);
  passed(299);
  expect(container.childElementCount).toBe(0);
  passed(1);
  expect(screen.getByRole("status", { name: "Loading takes" }).childElementCount).toBe(2);
});

test("what comes sooner is never announced as loading, nor is anything left to do", () => {
  const { container, unmount } = render(<Skeleton />);
  passed(299);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
  passed(60_000);
  expect(container.childElementCount).toBe(0);
});
