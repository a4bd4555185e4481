// "New for you" stands above the first message that is, and never above one's own.
import { expect, test } from "vitest";
import { firstNew, unreadThreads } from "./new-for-me";

const message = (id: string, person_id: string, minute: number) => ({ id, person_id, at: at(minute) });
const at = (minute: number) => new Date(Date.UTC(2026, 10, 29, 0, minute)).toISOString();
const messages = [
  message("mine", "me", 1),
  message("old", "lee", 2),
  message("again", "me", 3),
  message("new", "lee", 4),
];

test("the oldest unread entry of a thread says since when it has news", () => {
  const entry = (thread_id: string | null, minute: number) => ({ thread_id, at: at(minute) });
  const found = unreadThreads([entry("one", 9), entry("one", 4), entry(null, 1), entry("two", 5), entry("two", 7)]);
  expect([...found]).toEqual([
    ["one", at(4)],
    ["two", at(5)],
  ]);
});

test("the first message of another since then is new; one's own never is", () => {
  expect(firstNew(messages, at(4), "me")).toBe("new");
  expect(firstNew(messages, at(1), "me")).toBe("old");
  expect(firstNew(messages, at(3), "me")).toBe("new");
  expect(firstNew(messages, at(5), "me")).toBeNull();
  expect(firstNew(messages, null, "me")).toBeNull();
});
