// A list that is behind undoes nothing that was done here, nor hides for long what somebody else did.
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api } from "./client";
import { forgetMove, moveHere, renameHere } from "./done-here";
import { documentsQuery } from "./queries";

let library: { id: string; trashed_at: string | null; title?: string; position?: number }[];

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

test("a new title stands while the list is behind, and gives way to a newer one at once", async () => {
  const titles = async () => {
    const { pages } = await new QueryClient().infiniteQuery(documentsQuery({ search: "", kinds: [], order: "recent" }));
    return pages.flatMap(({ items }) => items.map(({ title }) => title));
  };
  renameHere("song", "Night train", 12);
  library = [{ id: "song", trashed_at: null, title: "Untitled", position: 11 }];
  expect(await titles()).toEqual(["Night train"]);
  vi.advanceTimersByTime(60_000);
  expect(await titles()).toEqual(["Night train"]);
  library = [{ id: "song", trashed_at: null, title: "Night train home", position: 12 }];
  expect(await titles()).toEqual(["Night train home"]);
  library = [{ id: "song", trashed_at: null, title: "Untitled", position: 11 }];
  expect(await titles()).toEqual(["Night train"]);
});
