// What one does with branches: open one, rename it, close and reopen it, have it reviewed, merge it.
import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { branchKeys, branchOf, type Branch, type ConflictChoice } from "../api/branches";
import { api, dataOf } from "../api/client";
import { useOnce } from "../api/use-once";

/** The lists are less than this behind what was just done. */
const LIST_BEHIND_MS = 1500;
/** What the place itself says when it goes wrong. */
const INLINE = { inline: true };

export interface NewBranch {
  name: string;
  purpose: string;
  /** Null: as the document is now. */
  position: number | null;
}

export function useOpenBranch(documentId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, purpose, position }: NewBranch) => {
      const params = { path: { document_id: documentId } };
      const body = { name, purpose, position };
      return branchOf(dataOf(await api.POST("/api/v1/documents/{document_id}/branches", { params, body })));
    },
    onSuccess: (branch) => knowBranch(client, branch),
    meta: INLINE,
  });
}

export function useRenameBranch(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: { name: string; purpose: string }) => {
      const params = { path: { branch_id: id } };
      return branchOf(dataOf(await api.PATCH("/api/v1/branches/{branch_id}", { params, body })));
    },
    onSuccess: (branch) => knowBranch(client, branch),
    meta: INLINE,
  });
}

/** Closes a branch or opens it again; what was written on it stays either way. */
export function useCloseBranch(id: string) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: async (how: "close" | "reopen") => {
      const params = { path: { branch_id: id } };
      return branchOf(
        dataOf(
          how === "close"
            ? await api.POST("/api/v1/branches/{branch_id}/close", { params })
            : await api.POST("/api/v1/branches/{branch_id}/reopen", { params }),
        ),
      );
    },
    onSuccess: (branch) => knowBranch(client, branch),
  });
  return useOnce(mutation);
}

export type ReviewAction =
  | { action: "request"; reviewers: string[]; message: string }
  | { action: "approve" | "request_changes"; message: string; position: number }
  | { action: "withdraw" };

export function useReview(id: string) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: async (body: ReviewAction) => {
      const params = { path: { branch_id: id } };
      return branchOf(dataOf(await api.POST("/api/v1/branches/{branch_id}/review", { params, body })));
    },
    onSuccess: (branch) => knowBranch(client, branch),
    onError: () => void client.invalidateQueries({ queryKey: branchKeys.one(id) }),
    meta: INLINE,
  });
  return useOnce(mutation);
}

/** What of a branch to merge, and what becomes of its conflicts. */
export interface MergeWish {
  /** Null: everything. */
  paths: string[] | null;
  /** Null: everybody's. */
  authors: string[] | null;
  choices: { path: string; choice: ConflictChoice }[];
}

export function useMerge(id: string) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationKey: branchKeys.merging(id),
    // What would be is not asked for while it is done: the studio would say that it is being stored.
    onMutate: () => void client.cancelQueries({ queryKey: branchKeys.previews(id) }),
    mutationFn: async (wish: MergeWish & { documentPosition: number; branchPosition: number }) => {
      const params = { path: { branch_id: id } };
      const body = {
        ...wishBody(wish),
        document_position: wish.documentPosition,
        branch_position: wish.branchPosition,
      };
      const merged = dataOf(await api.POST("/api/v1/branches/{branch_id}/merge", { params, body }));
      return { ...merged, branch: branchOf(merged.branch) };
    },
    onSuccess: async ({ branch }) => {
      await knowBranch(client, branch);
      void client.invalidateQueries({ queryKey: branchKeys.previews(id) });
      const old = () => void client.invalidateQueries({ queryKey: ["history", branch.document_id] });
      old();
      // The timeline tells a merge from an edit a moment later.
      setTimeout(old, LIST_BEHIND_MS);
    },
    // Whatever was wrong, what is shown may be: the document or the branch moved on, or somebody merged it.
    onError: () => void client.invalidateQueries({ queryKey: branchKeys.all }),
    meta: INLINE,
  });
  return useOnce(mutation);
}

/** A wish as the API reads it: an empty list means everything, so one that picks nothing must not be sent. */
export function wishBody({ paths, authors, choices }: MergeWish) {
  return { paths: paths ?? [], authors: authors ?? [], choices };
}

/** Shows at once what the answer says, and reads the lists once they know it too. */
async function knowBranch(client: QueryClient, branch: Branch): Promise<void> {
  // What was asked before is older news; it is waited for, because it puts back what was known before it.
  await client.cancelQueries({ queryKey: branchKeys.one(branch.id) });
  client.setQueryData(branchKeys.one(branch.id), branch);
  client.setQueriesData<Branch[]>({ queryKey: branchKeys.lists }, (known) =>
    known?.map((one) => (one.id === branch.id ? branch : one)),
  );
  setTimeout(() => void client.invalidateQueries({ queryKey: branchKeys.lists }), LIST_BEHIND_MS);
}
