// A list that is behind does not bring back what was thrown away here, nor hide for long what somebody else did.
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api } from "./client";
import { forgetMove, moveHere } from "./moved-here";
import { documentsQuery } from "./queries";

let library: { id: string; trashed_at: string | null }[];

beforeEach(() => {
  vi.useFakeTimers();
  library = [
    { id: "song", trashed_at: null },
    { id: "note", trashed_at: null },
  ];
  vi.spyOn(api, "GET").mockImplementation((() =>
    Promise.resolve({ data: { items: library, next_cursor: null }, response: new Response() })) as never);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  ["song", "note"].forEach(forgetMove);
});

async function listed(): Promise<string[]> {
  const query = documentsQuery({ search: "", kinds: [], order: "recent" });
  const { pages } = await new QueryClient().infiniteQuery(query);
  return pages.flatMap(({ items }) => items.map(({ id }) => id));
}

test("what was thrown away here stays away while the list is behind", async () => {
  moveHere("song", "trash");
  expect(await listed()).toEqual(["note"]);
  vi.advanceTimersByTime(13_000);
  expect(await listed()).toEqual(["note"]);
});

test("what came to nothing, was taken back, or somebody else takes back later is there", async () => {
  moveHere("song", "trash");
  forgetMove("song");
  moveHere("note", "trash");
  moveHere("note", "library");
  expect(await listed()).toEqual(["song", "note"]);
  moveHere("song", "trash");
  vi.advanceTimersByTime(14_001);
  expect(await listed()).toEqual(["song", "note"]);
});

test("what was taken back here is not in the trash, and what was erased is nowhere", async () => {
  library = [
    { id: "song", trashed_at: "2026-11-29T11:00:00Z" },
    { id: "note", trashed_at: null },
  ];
  moveHere("song", "library");
  moveHere("note", "nowhere");
  expect(await listed()).toEqual([]);
});
