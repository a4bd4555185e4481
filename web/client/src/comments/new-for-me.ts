// What of a thread is new for me: from the first message of somebody else that the inbox still has as unread.
import type { InboxItem } from "../api/inbox";
import type { Message } from "./requests";

/** Since when each thread has something unread. */
export function unreadThreads(items: readonly Pick<InboxItem, "thread_id" | "at">[]): ReadonlyMap<string, string> {
  const since = new Map<string, string>();
  for (const { thread_id: id, at } of items) if (id !== null && !isBefore(since.get(id) ?? null, at)) since.set(id, at);
  return since;
}

/** The message above which "New for you" stands: never one's own. Null: nothing is new. */
export function firstNew(
  messages: readonly Pick<Message, "id" | "person_id" | "at">[],
  since: string | null,
  myId: string | undefined,
): string | null {
  if (since === null) return null;
  return messages.find(({ person_id, at }) => person_id !== myId && !isBefore(at, since))?.id ?? null;
}

function isBefore(one: string | null, other: string): boolean {
  return one !== null && Date.parse(one) < Date.parse(other);
}
