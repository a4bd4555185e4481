// Branches of documents: what the API says of them, under keys that news can make old.
import { queryOptions } from "@tanstack/react-query";
import { isKindName, type KindName } from "./addresses";
import { api, dataOf, type Schemas } from "./client";

export type Verdict = Schemas["ReviewVerdict"];
/** A branch of a document whose kind has pages here. */
export type Branch = Omit<Schemas["BranchItem"], "kind"> & { kind: KindName };
export type MergePreview = Schemas["MergePreview"];
export type Conflict = Schemas["MergeConflictItem"];
export type ConflictChoice = Conflict["choices"][number];

/** A branch list asks for as many as a page shows at once. */
const BRANCHES_ASKED = 100;
const INLINE = { inline: true };

export const branchKeys = {
  all: ["branches"],
  lists: ["branches", "list"],
  one: (id: string) => ["branches", "one", id] as const,
  /** Of the mutation that merges it. */
  merging: (id: string) => ["branches", "merging", id] as const,
  previews: (id: string) => ["branches", "preview", id] as const,
} as const;

/** The branches of a document, the newest first. */
export function branchesOfQuery(documentId: string) {
  return queryOptions({
    queryKey: [...branchKeys.lists, documentId],
    queryFn: async ({ signal }) => {
      const params = { path: { document_id: documentId }, query: { limit: BRANCHES_ASKED } };
      return dataOf(await api.GET("/api/v1/documents/{document_id}/branches", { params, signal })).items.map(branchOf);
    },
    meta: INLINE,
  });
}

/** The open branches on which somebody waits for a word of this person. */
export const myReviewsQuery = queryOptions({
  queryKey: [...branchKeys.lists, "mine"],
  queryFn: async ({ signal }) => {
    const params = { query: { state: "open" as const, reviewer: "me" as const, limit: BRANCHES_ASKED } };
    return dataOf(await api.GET("/api/v1/branches", { params, signal })).items.map(branchOf);
  },
  meta: INLINE,
});

export function branchQuery(id: string) {
  return queryOptions({
    queryKey: branchKeys.one(id),
    queryFn: async ({ signal }) => {
      const params = { path: { branch_id: id } };
      return branchOf(dataOf(await api.GET("/api/v1/branches/{branch_id}", { params, signal })));
    },
    meta: INLINE,
  });
}

/** A branch as the API tells it; a kind from a newer studio is shown as the plainest. */
export function branchOf(item: Schemas["BranchItem"]): Branch {
  return { ...item, kind: isKindName(item.kind) ? item.kind : "note" };
}
