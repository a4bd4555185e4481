// The inbox of whoever is signed in: what others said to them, and how much of it is unread.
import { infiniteQueryOptions, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { documentAddress } from "./addresses";
import { api, dataOf, type Schemas } from "./client";
import { keys } from "./queries";
import { useMe } from "./use-me";

export type InboxItem = Schemas["InboxItem"];

/** Unread entries that are known by name; more are only counted. */
const UNREAD_KNOWN_MAX = 100;

/** Entries, page after page. */
export function inboxQuery(isUnreadOnly: boolean) {
  return infiniteQueryOptions({
    queryKey: [...keys.inbox, "list", isUnreadOnly],
    queryFn: async ({ pageParam, signal }) => {
      const query = { unread_only: isUnreadOnly, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return dataOf(await api.GET("/api/v1/inbox", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    meta: { inline: true },
  });
}

/** What is unread: how much, and the newest of it. */
export const unreadQuery = queryOptions({
  queryKey: [...keys.inbox, "unread"],
  queryFn: async ({ signal }) => {
    const query = { unread_only: true, limit: UNREAD_KNOWN_MAX };
    return dataOf(await api.GET("/api/v1/inbox", { params: { query }, signal }));
  },
  meta: { inline: true },
});

/** How much is unread of whoever is signed in. */
export function useUnread(): number {
  const isSignedIn = useMe() !== undefined;
  return useQuery({ ...unreadQuery, enabled: isSignedIn }).data?.unread ?? 0;
}

/** Marks entries as read: some by name, or all up to a position. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (read: { ids?: string[]; up_to?: number }) =>
      dataOf(await api.POST("/api/v1/inbox/read", { body: { ids: read.ids ?? [], up_to: read.up_to ?? null } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.inbox }),
  });
}

/** Where an entry leads: to its thread beside the document, or to the review of its branch. */
export function inboxAddress(item: InboxItem): string {
  const document = documentAddress(item.document_kind, item.document_id);
  const branch = item.branch_id === null ? null : `${document}/branches/${item.branch_id}`;
  if (item.thread_id === null) return branch ?? document;
  return `${branch === null ? document : `${branch}/edit`}?comment=${item.thread_id}`;
}
