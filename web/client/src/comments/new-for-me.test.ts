// "New for you" stands above the first message that is, and never above one's own.
import { expect, test } from "vitest";
import { firstNew, unreadThreads } from "./new-for-me";

const at = (minute: number, ms = 0) => new Date(Date.UTC(2026, 10, 29, 0, minute, 0, ms)).toISOString();
const message = (id: string, person_id: string, minute: number) => ({ id, person_id, at: at(minute) });
const messages = [
  message("mine", "me", 1),
  message("old", "lee", 2),
  message("again", "me", 3),
  message("new", "lee", 4),
];

test("the oldest unread entry of a thread says what is new in it", () => {
  const entry = (thread_id: string | null, minute: number) => ({ thread_id, actor_id: "lee", at: at(minute) });
  const found = unreadThreads([entry("one", 9), entry("one", 4), entry(null, 1), entry("two", 5), entry("two", 7)]);
  expect([...found].map(([id, news]) => [id, news.at])).toEqual([
    ["one", at(4)],
    ["two", at(5)],
  ]);
});

test("it stands above what that person said then, stored a little later", () => {
  expect(firstNew(messages, { actor_id: "lee", at: at(4, 12) })).toBe("new");
  expect(firstNew(messages, { actor_id: "lee", at: at(2, 900) })).toBe("old");
  expect(firstNew(messages, { actor_id: "mina", at: at(1) })).toBeNull();
  expect(firstNew(messages, null)).toBeNull();
});
