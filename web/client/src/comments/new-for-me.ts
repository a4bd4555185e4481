// What of a thread is new for me: from the message on that the oldest unread entry of the inbox is about.
import type { InboxItem } from "../api/inbox";
import type { Message } from "./requests";

/** Who said something new in a thread, and about when: the inbox keeps when it was stored, the thread when it was said. */
export type News = Pick<InboxItem, "actor_id" | "at">;

/** The oldest unread entry of each thread. */
export function unreadThreads(items: readonly (News & Pick<InboxItem, "thread_id">)[]): ReadonlyMap<string, News> {
  const oldest = new Map<string, News>();
  for (const item of items) {
    const known = item.thread_id === null ? undefined : oldest.get(item.thread_id);
    if (item.thread_id !== null && (known === undefined || Date.parse(item.at) < Date.parse(known.at)))
      oldest.set(item.thread_id, item);
  }
  return oldest;
}

/** The message above which "New for you" stands: nobody hears of their own. Null: nothing is new. */
export function firstNew(
  messages: readonly Pick<Message, "id" | "person_id" | "at">[],
  news: News | null,
): string | null {
  if (news === null) return null;
  const away = ({ at }: { at: string }) => Math.abs(Date.parse(at) - Date.parse(news.at));
  const theirs = messages.filter(({ person_id }) => person_id === news.actor_id);
  return theirs.sort((one, other) => away(one) - away(other))[0]?.id ?? null;
}
