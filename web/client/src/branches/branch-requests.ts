// What one does with branches: open one, rename it, close and reopen it, have it reviewed, merge it.
import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { branchKeys, branchOf, type Branch, type ConflictChoice } from "../api/branches";
import { api, dataOf } from "../api/client";

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
  return useMutation({
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
}

export type ReviewAction =
  | { action: "request"; reviewers: string[]; message: string }
  | { action: "approve" | "request_changes"; message: string; position: number }
  | { action: "withdraw" };

export function useReview(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: ReviewAction) => {
      const params = { path: { branch_id: id } };
      return branchOf(dataOf(await api.POST("/api/v1/branches/{branch_id}/review", { params, body })));
    },
    onSuccess: (branch) => knowBranch(client, branch),
    onError: () => void client.invalidateQueries({ queryKey: branchKeys.one(id) }),
    meta: INLINE,
  });
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
  return useMutation({
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
    onSuccess: ({ branch }) => {
      knowBranch(client, branch);
      const old = () => void client.invalidateQueries({ queryKey: ["history", branch.document_id] });
      old();
      // The timeline tells a merge from an edit a moment later.
      setTimeout(old, LIST_BEHIND_MS);
    },
    // Whatever was wrong, what is shown may be: the document or the branch moved on, or somebody merged it.
    onError: () => void client.invalidateQueries({ queryKey: branchKeys.all }),
    meta: INLINE,
  });
}

/** A wish as the API reads it: an empty list means everything, so one that picks nothing must not be sent. */
export function wishBody({ paths, authors, choices }: MergeWish) {
  return { paths: paths ?? [], authors: authors ?? [], choices };
}

/** Shows at once what the answer says, and reads the lists once they know it too. */
function knowBranch(client: QueryClient, branch: Branch): void {
  client.setQueryData(branchKeys.one(branch.id), branch);
  client.setQueriesData<Branch[]>({ queryKey: branchKeys.lists }, (known) =>
    known?.map((one) => (one.id === branch.id ? branch : one)),
  );
  setTimeout(() => void client.invalidateQueries({ queryKey: branchKeys.lists }), LIST_BEHIND_MS);
}
