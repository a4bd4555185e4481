// What one does with versions: name one, take a name away, bring one back, copy a link.
import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, Problem } from "../api/client";
import { useOnce } from "../api/use-once";
import { copyText } from "../ui/copy-text";
import { shortTitle } from "../ui/short-title";
import { toasts } from "../ui/toasts";
import { historyKeys, undoPreview, type RevertPreview, type Version } from "./requests";
import { saySame, type Undo, type UndoChoice } from "./undoing";

/** The list of versions is less than this behind what was just done. */
const LIST_BEHIND_MS = 1500;

export interface NewName {
  name: string;
  message: string;
  /** Null: as everything is now. */
  position: number | null;
  /** Others that belong to the same version. */
  withDocuments: string[];
}

export function useNameVersion(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, message, position, withDocuments }: NewName) => {
      const params = { path: { document_id: id } };
      const body = { name, message, position, with_documents: withDocuments };
      return dataOf(await api.POST("/api/v1/documents/{document_id}/versions", { params, body }));
    },
    onSuccess: (version) => {
      changeVersions(client, id, (versions) => [version, ...versions]);
      toasts.show({ tone: "success", text: `“${shortTitle(version.name)}” is named.` });
    },
    // The dialog says what went wrong.
    meta: { inline: true },
  });
}

/** Takes a name away; what the document said stays in its history. */
export function useRemoveName(id: string) {
  const client = useQueryClient();
  const name = useNameVersion(id);
  return useMutation({
    mutationFn: async (version: Version) => {
      await api.DELETE("/api/v1/versions/{version_id}", { params: { path: { version_id: version.id } } });
    },
    onSuccess: (_, version) => {
      changeVersions(client, id, (versions) => versions.filter((one) => one.id !== version.id));
      const again = {
        name: version.name,
        message: version.message,
        position: version.document_position,
        withDocuments: [],
      };
      toasts.show({
        tone: "plain",
        text: `“${shortTitle(version.name)}” has no name any more. What it said is still in the history.`,
        action: { name: "Undo", onAction: () => name.mutate(again) },
      });
    },
  });
}

/** Brings back what the document said at a position, as a new edit, with a way back. */
export function useRestore(id: string, onDone: () => void) {
  const restore = useMutation({
    mutationFn: async ({ to }: { to: number; words: string; mayUndo: boolean }) => {
      const params = { path: { document_id: id } };
      const body = { to, path: null, undo: null, expected: null };
      return dataOf(await api.POST("/api/v1/documents/{document_id}/revert", { params, body }));
    },
    onSuccess: ({ before }, { words, mayUndo }) => {
      onDone();
      const undo = () =>
        restore.mutate({ to: before.document_position, words: "What was there before is back.", mayUndo: false });
      toasts.show({ tone: "success", text: words, ...(mayUndo ? { action: { name: "Undo", onAction: undo } } : {}) });
    },
  });
  return useOnce(restore);
}

/** How often an undo is sent again because somebody typed elsewhere while it was on its way. */
const TRIES_MAX = 6;

/** Takes something back as it was previewed: when the document says something else by now, the reader looks again. */
export function useUndo(id: string, { onDone, onOther }: { onDone: () => void; onOther: () => void }) {
  const [isStale, setStale] = useState(false);
  const send = async (undo: Undo, expected: number | null) => {
    const params = { path: { document_id: id } };
    const body = { to: null, path: null, undo, expected };
    return dataOf(await api.POST("/api/v1/documents/{document_id}/revert", { params, body }));
  };
  const back = useMutation({
    mutationFn: (undo: Undo) => send(undo, null),
    onSuccess: () => {
      onDone();
      toasts.show({ tone: "success", text: "The undo was undone." });
    },
  });
  const mutation = useMutation({
    mutationFn: async ({ choice, seen }: { choice: UndoChoice; seen: RevertPreview }) => {
      let preview = seen;
      for (let tries = 1; ; tries++) {
        try {
          return await send(choice.undo, preview.position);
        } catch (error) {
          if (!(error instanceof Problem) || error.status !== 409 || tries === TRIES_MAX) throw error;
          preview = await undoPreview(id, choice.undo);
          if (!saySame(preview, seen)) return null;
        }
      }
    },
    onSuccess: (done) => {
      setStale(done === null);
      if (done === null) {
        onOther();
        return;
      }
      onDone();
      const undo = {
        from: done.before.document_position,
        to: done.position,
        person_id: null,
        path: null,
        versions: [],
      };
      toasts.show({
        tone: "success",
        text: "It was taken back. Everything else stayed.",
        action: { name: "Undo", onAction: () => back.mutate(undo) },
      });
    },
  });
  return { ...useOnce(mutation), isStale };
}

/** Copies the address of a comparison, with both its positions in it. */
export async function copyLink(search: string): Promise<void> {
  const address = new URL(`${location.pathname}?${search}`, location.origin).href;
  toasts.show(
    (await copyText(address))
      ? { tone: "success", text: "The link to this comparison was copied." }
      : { tone: "warning", text: `The browser did not allow copying. This is the link: ${address}` },
  );
}

/** Shows at once what was done, and reads the list once it knows it too. */
function changeVersions(client: QueryClient, id: string, change: (versions: Version[]) => Version[]): void {
  client.setQueryData<Version[]>(historyKeys.versions(id), (versions) => change(versions ?? []));
  setTimeout(() => void client.invalidateQueries({ queryKey: historyKeys.versions(id) }), LIST_BEHIND_MS);
}
