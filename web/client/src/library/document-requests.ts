// What one does with whole documents. Lists show it at once; the log's news make them exact a moment later.
import { useMutation, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { documentAddress, NEW, isKindName, KINDS, type KindName } from "../api/addresses";
import { api, dataOf, type Schemas } from "../api/client";
import { forgetMove, moveHere, renameHere } from "../api/done-here";
import { keys } from "../api/queries";
import { shortTitle } from "../ui/short-title";
import { toasts } from "../ui/toasts";

export type DocumentItem = Schemas["DocumentItem"];
type Pages = InfiniteData<Schemas["DocumentPage"], string | null>;

/** Lists are a moment behind the log: when they are read again although no news came, in milliseconds. */
const LISTS_BEHIND_MS = [1500, 6000];

/** The keys that make one at once, by kind. */
export const NEW_KEYS = { song: "N S", persona: "N P", world: "N W", note: "N N" } as const;

/** Makes a document and opens it. */
export function useNewDocument() {
  const [, navigate] = useLocation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (kind: KindName) =>
      dataOf(await api.POST("/api/v1/documents", { body: { kind, title: "Untitled" } })),
    onSuccess: ({ id, kind }) => {
      navigate(documentAddress(kind, id), { state: NEW });
      readListsSoon(client);
    },
  });
}

/** Makes a document with the content another has now. */
export function useDuplicate() {
  const [, navigate] = useLocation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id }: DocumentItem) => {
      const params = { path: { document_id: id } };
      return dataOf(await api.POST("/api/v1/documents/{document_id}/duplicate", { params, body: { title: null } }));
    },
    onSuccess: (copy) => {
      const left = copy.left_out.length === 0 ? "" : ` Left out: ${copy.left_out.join(", ")}.`;
      toasts.show({
        tone: left === "" ? "success" : "warning",
        text: `Made “${shortTitle(copy.title)}”.${left}`,
        about: "copy",
        goesAlong: true,
        action: { name: "Open", onAction: () => navigate(documentAddress(copy.kind, copy.id)) },
      });
      readListsSoon(client);
    },
  });
}

/** Gives a document another title; the same as writing it in the document. */
export function useRename() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ document, title }: { document: DocumentItem; title: string }) => {
      const field = isKindName(document.kind) ? KINDS[document.kind].titleField : "title";
      const params = { path: { document_id: document.id } };
      const headers = { "Content-Type": "application/merge-patch+json" };
      const body = { [field]: title } as never;
      return dataOf(await api.PATCH("/api/v1/documents/{document_id}", { params, headers, body }));
    },
    meta: { inline: true },
    onSuccess: ({ position }, { document, title }) => {
      renameHere(document.id, title, position);
      changeLists(client, (items) => items.map((item) => (item.id === document.id ? { ...item, title } : item)));
      readListsSoon(client);
    },
  });
}

/** Moves a document to the trash, with a way back. */
export function useTrash() {
  const client = useQueryClient();
  const restore = useRestore();
  return useMutation({
    mutationFn: async ({ id }: DocumentItem) => {
      await api.DELETE("/api/v1/documents/{document_id}", { params: { path: { document_id: id } } });
    },
    onMutate: (document) => {
      moveHere(document.id, "trash");
      return leaveLists(client, document);
    },
    onError: (_, { id }) => stayInLists(client, id),
    onSuccess: (_, document) => {
      moveHere(document.id, "trash");
      toasts.show({
        tone: "plain",
        text: `“${shortTitle(document.title)}” is in the trash.`,
        about: document.id,
        goesAlong: true,
        action: { name: "Undo", onAction: () => restore.mutate(document) },
      });
      readListsSoon(client);
    },
  });
}

/** Takes a document out of the trash. */
export function useRestore() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id }: DocumentItem) => {
      await api.POST("/api/v1/documents/{document_id}/restore", { params: { path: { document_id: id } } });
    },
    onMutate: async (document) => {
      moveHere(document.id, "library");
      if (document.trashed_at !== null) await leaveLists(client, document);
    },
    onError: (_, { id }) => stayInLists(client, id),
    onSuccess: (_, { id, title }) => {
      moveHere(id, "library");
      toasts.show({
        tone: "success",
        text: `“${shortTitle(title)}” is back in the library.`,
        about: id,
      });
      readListsSoon(client);
    },
  });
}

/** Erases a document in the trash, for ever. */
export function useErase() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id }: DocumentItem) => {
      await api.POST("/api/v1/documents/{document_id}/erase", { params: { path: { document_id: id } } });
    },
    meta: { inline: true },
    onSuccess: async (_, document) => {
      moveHere(document.id, "nowhere");
      await leaveLists(client, document);
      toasts.show({ tone: "plain", text: `“${shortTitle(document.title)}” is deleted for ever.` });
      readListsSoon(client);
    },
  });
}

/** Takes the document out of every list that shows it, until they are read again. */
async function leaveLists(client: QueryClient, document: DocumentItem): Promise<void> {
  // An answer under way was made before: it would bring the document back.
  await client.cancelQueries({ queryKey: keys.documents });
  changeLists(client, (items) => items.filter((item) => item.id !== document.id));
}

/** It is still where it was. */
function stayInLists(client: QueryClient, documentId: string): Promise<void> {
  forgetMove(documentId);
  return client.invalidateQueries({ queryKey: keys.documents });
}

function changeLists(client: QueryClient, change: (items: DocumentItem[]) => DocumentItem[]): void {
  client.setQueriesData<Pages | DocumentItem[]>({ queryKey: keys.documents }, (list) => {
    if (list === undefined) return undefined;
    if (Array.isArray(list)) return change(list);
    return { ...list, pages: list.pages.map((page) => ({ ...page, items: change(page.items) })) };
  });
}

function readListsSoon(client: QueryClient): void {
  for (const delayMs of LISTS_BEHIND_MS)
    setTimeout(() => void client.invalidateQueries({ queryKey: keys.documents }), delayMs);
}
