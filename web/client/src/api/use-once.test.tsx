// A change is sent once however often it is pressed, and can be asked for again afterwards.
import { QueryClient, QueryClientProvider, useMutation } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { useOnce } from "./use-once";

function mutationOf<Variables>(send: (variables: Variables) => Promise<void>) {
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return renderHook(() => useOnce(useMutation({ mutationFn: send })), { wrapper }).result;
}

test("a quick press for something else is a wish of its own", async () => {
  const sent: string[] = [];
  const once = mutationOf((wish: string) => Promise.resolve(void sent.push(wish)));
  for (const wish of ["close", "close", "reopen"]) {
    await act(async () => {
      once.current.mutate(wish);
      await Promise.resolve();
    });
  }
  expect(sent).toEqual(["close", "reopen"]);
});

test("two presses before anything is drawn, and one right after the answer, send one request", async () => {
  vi.useFakeTimers();
  const send = vi.fn(() => Promise.resolve());
  const result = mutationOf(send);
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
