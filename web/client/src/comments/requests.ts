// What comments ask of the studio: a document's threads, and what one may do to them.
import { queryOptions, useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client";
import { keys } from "../api/queries";

export type Thread = Schemas["Thread"];
export type Message = Schemas["CommentMessage"];
export type ThreadState = Thread["state"];
export type RelativePlace = Schemas["RelativePlace"];

/** Threads on one page of the answer, and pages that are read: more are older than anybody discusses. */
const PAGE_THREADS = 100;
const PAGES_MAX = 5;

function keyOf(documentId: string, state: ThreadState) {
  return [...keys.comments, documentId, state] as const;
}

/** The open or the resolved threads of a document, the newest first. */
export function threadsQuery(documentId: string, state: ThreadState) {
  return queryOptions({
    queryKey: keyOf(documentId, state),
    queryFn: async ({ signal }) => {
      const found: Thread[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < PAGES_MAX; page++) {
        const query = { state, limit: PAGE_THREADS, ...(cursor === null ? {} : { cursor }) };
        const path = { document_id: documentId };
        const answer: Schemas["ThreadPage"] = dataOf(
          await api.GET("/api/v1/documents/{document_id}/comments", { params: { path, query }, signal }),
        );
        found.push(...answer.items);
        cursor = answer.next_cursor;
        if (cursor === null) break;
      }
      return found;
    },
    meta: { inline: true },
  });
}

/** One thread by its id. */
export async function readThread(threadId: string): Promise<Thread> {
  return dataOf(await api.GET("/api/v1/comments/{comment_id}", { params: { path: { comment_id: threadId } } }));
}

/** What a new thread is about. */
export interface NewAnchor {
  path: string;
  from: RelativePlace | null;
  to: RelativePlace | null;
}

/** One change of a document's threads. */
export type Change =
  | { type: "add"; anchor: NewAnchor; text: string; mentions: string[] }
  | { type: "reply"; threadId: string; text: string; mentions: string[] }
  | { type: "edit"; threadId: string; messageId: string; text: string; mentions: string[] }
  | { type: "remove"; threadId: string; messageId: string }
  | { type: "resolve" | "reopen"; threadId: string };

/** Makes a change; what comes of it is on the screen at once. `meta`: whether the place itself says what failed. */
export function useChange(documentId: string, { isInline }: { isInline: boolean }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) => send(documentId, change),
    // Offline it fails at once and says so; sent behind one's back later, it might be sent twice.
    networkMode: "always",
    onSuccess: (thread) => place(client, documentId, thread),
    meta: { inline: isInline },
  });
}

/** Puts a thread where it belongs in what was read already. */
function place(client: QueryClient, documentId: string, thread: Thread): void {
  for (const state of ["open", "resolved"] as const) {
    // An answer that is on its way does not know of it yet.
    void client.cancelQueries({ queryKey: keyOf(documentId, state) });
    client.setQueryData<Thread[]>(keyOf(documentId, state), (before) => {
      if (before === undefined) return undefined;
      const isThere = before.some(({ id }) => id === thread.id);
      if (thread.state !== state) return before.filter(({ id }) => id !== thread.id);
      return isThere ? before.map((one) => (one.id === thread.id ? thread : one)) : [thread, ...before];
    });
  }
}

async function send(documentId: string, change: Change): Promise<Thread> {
  switch (change.type) {
    case "add": {
      const { text, mentions } = change;
      const anchor = { ...change.anchor, start: null, stop: null, at: null };
      const params = { path: { document_id: documentId } };
      const body = { text, mentions, anchor };
      return dataOf(await api.POST("/api/v1/documents/{document_id}/comments", { params, body }));
    }
    case "reply": {
      const { text, mentions } = change;
      const params = { path: { comment_id: change.threadId } };
      return dataOf(await api.POST("/api/v1/comments/{comment_id}/replies", { params, body: { text, mentions } }));
    }
    case "edit": {
      const { text, mentions } = change;
      const params = { path: { comment_id: change.threadId, message_id: change.messageId } };
      const body = { text, mentions };
      return dataOf(await api.PATCH("/api/v1/comments/{comment_id}/messages/{message_id}", { params, body }));
    }
    case "remove": {
      const params = { path: { comment_id: change.threadId, message_id: change.messageId } };
      return dataOf(await api.DELETE("/api/v1/comments/{comment_id}/messages/{message_id}", { params }));
    }
    case "resolve":
      return dataOf(
        await api.POST("/api/v1/comments/{comment_id}/resolve", { params: { path: { comment_id: change.threadId } } }),
      );
    case "reopen":
      return dataOf(
        await api.POST("/api/v1/comments/{comment_id}/reopen", { params: { path: { comment_id: change.threadId } } }),
      );
  }
}
