// One wish is one job: the key that says so stays until the wish was granted. What was decided about a take stays.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { api, Problem } from "../api/client";
import { toasts } from "../ui/toasts";
import { useRender, useTakeCommands, type RenderRequest } from "./studio-commands";
import { studioKeys, takesQuery } from "./studio-queries";
import type { NumberedTake } from "./takes";

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

test("what somebody decided about a take stays on screen while the lists are behind; a refused wish does not", async () => {
  const take = { id: "t", number: 1, created_at: "2026-11-21T10:00:00Z", deleted_at: null } as NumberedTake;
  // Two lists are read side by side: a take that moves between them may stand in neither, or in the old one.
  const lists = { kept: [] as unknown[], deleted: [] as unknown[] };
  vi.spyOn(api, "GET").mockImplementation(((_: string, { params }: { params: { query: { deleted: boolean } } }) =>
    Promise.resolve({
      data: { items: params.query.deleted ? lists.deleted : lists.kept, next_cursor: null },
    })) as never);
  const post = vi.spyOn(api, "POST").mockResolvedValue({});
  const client = new QueryClient();
  const listed = async () =>
    (await client.query({ ...takesQuery("song"), staleTime: 0 })).map(({ id, deleted_at }) => [id, deleted_at]);
  lists.deleted = [{ ...take, deleted_at: "2026-11-21T11:00:00Z" }];
  await listed();
  const { result } = renderHook(() => useTakeCommands("song"), {
    wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>,
  });
  await act(async () => result.current.restore.mutateAsync(take));
  expect(await listed()).toEqual([["t", null]]);
  lists.deleted = [];
  expect(await listed()).toEqual([["t", null]]);
  lists.deleted = [{ ...take, deleted_at: "2026-11-21T12:00:00Z" }];
  post.mockRejectedValue(new Problem(409, "Somebody was faster."));
  await act(async () => result.current.restore.mutateAsync(take).catch(() => undefined));
  expect(await listed()).toEqual([["t", "2026-11-21T12:00:00Z"]]);
});

test("the way back from the trash goes once the take is back another way", async () => {
  const take = { id: "t", number: 1, created_at: "2026-11-21T10:00:00Z", deleted_at: null } as NumberedTake;
  vi.spyOn(api, "DELETE").mockResolvedValue({});
  vi.spyOn(api, "POST").mockResolvedValue({});
  const client = new QueryClient();
  client.setQueryData(studioKeys.takes("song"), [take]);
  const { result } = renderHook(() => useTakeCommands("song"), {
    wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>,
  });
  const isOffered = () => toasts.getSnapshot().some(({ text }) => text === "Take 1 is in the trash.");
  await act(async () => result.current.remove.mutateAsync(take));
  expect(isOffered()).toBe(true);
  await act(async () => result.current.restore.mutateAsync(take));
  // Sooner than by itself.
  await vi.waitFor(() => expect(isOffered()).toBe(false), { timeout: 2_000 });
});
