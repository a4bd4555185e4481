// One wish is one job: the key that says so stays until the wish was granted.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { api, Problem } from "../api/client";
import { useRender, type RenderRequest } from "./studio-commands";

const request: RenderRequest = { document_id: "song", engine: "local", parameters: {}, seed: null, position: null };

function rendering() {
  const keys: string[] = [];
  let isReachable = true;
  vi.spyOn(api, "POST").mockImplementation(((_: string, { params }: { params: { header: Record<string, string> } }) => {
    keys.push(params.header["Idempotency-Key"]!);
    return isReachable ? Promise.resolve({ data: { id: "job" } }) : Promise.reject(new Problem(0, "Nobody answers."));
  }) as never);
  const client = new QueryClient();
  const { result } = renderHook(() => useRender("song"), {
    wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>,
  });
  const ask = async (wanted: RenderRequest = request, songPosition = 1) =>
    act(async () => {
      await result.current.mutateAsync({ request: wanted, songPosition }).catch(() => null);
    });
  return { keys, ask, result, lose: () => (isReachable = false), find: () => (isReachable = true) };
}

test("asking again after no answer came is the same job", async () => {
  const { keys, ask, lose, find } = rendering();
  lose();
  await ask();
  find();
  await ask();
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
});

test("two clicks before the answer are one job", async () => {
  const { keys, result } = rendering();
  await act(async () => {
    const wish = { request, songPosition: 1 };
    await Promise.all([result.current.mutateAsync(wish), result.current.mutateAsync(wish)]);
  });
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
});

test("a granted wish, other settings and a changed song are wishes of their own", async () => {
  const { keys, ask, lose } = rendering();
  await ask();
  await ask();
  lose();
  await ask({ ...request, seed: 7 });
  await ask({ ...request, seed: 7 }, 2);
  expect(new Set(keys).size).toBe(4);
});
