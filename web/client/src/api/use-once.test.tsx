// A change is sent once however often it is pressed, and can be asked for again afterwards.
import { QueryClient, QueryClientProvider, useMutation } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { useOnce } from "./use-once";

test("two presses before anything is drawn, and one right after the answer, send one request", async () => {
  vi.useFakeTimers();
  const send = vi.fn(() => Promise.resolve());
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useOnce(useMutation({ mutationFn: send })), { wrapper });
  const press = () => result.current.mutate();
  await act(async () => {
    press();
    press();
    await vi.advanceTimersByTimeAsync(100);
  });
  await act(async () => {
    press();
    await vi.advanceTimersByTimeAsync(500);
  });
  expect(send).toHaveBeenCalledTimes(1);
  await act(async () => {
    press();
    await vi.advanceTimersByTimeAsync(100);
  });
  expect(send).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});
