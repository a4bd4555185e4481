// Threads in whose reply box this browser has words that are not sent.
import { keptWords } from "../collab/kept-words";
import type { Thread } from "./requests";

/** The name under which the words of a reply are kept. */
export function replyName({ document_id, id }: Pick<Thread, "document_id" | "id">): string {
  return `${document_id}:${id}`;
}

export function hasUnsentReply(thread: Pick<Thread, "document_id" | "id">): boolean {
  return keptWords(replyName(thread)) !== "";
}

/** The threads there are now, and where they were those that are gone while somebody wrote in them. */
export function stillListed<Item extends Pick<Thread, "document_id" | "id">>(
  before: readonly Item[],
  now: readonly Item[],
): readonly Item[] {
  const ids = new Set(now.map(({ id }) => id));
  const listed = [...now];
  let place = 0;
  for (const thread of before) {
    if (!ids.has(thread.id)) {
      if (!hasUnsentReply(thread)) continue;
      listed.splice(place, 0, thread);
    }
    place = listed.findIndex(({ id }) => id === thread.id) + 1;
  }
  return listed.length === now.length ? now : listed;
}
