// What the review asks the API for: what a merge would do now.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { branchKeys, type Conflict, type MergePreview } from "../api/branches";
import { api, dataOf, Problem } from "../api/client";
import { wishBody, type MergeWish } from "../branches/branch-requests";
import { joinedSpans } from "../history/text-lines";

const INLINE = { inline: true };

/** The document as a merge would leave it, and what stands in its way. What was shown stays until the answer is there. */
export function previewQuery(branchId: string, wish: MergeWish) {
  return queryOptions({
    queryKey: [...branchKeys.previews(branchId), wishBody(wish)],
    queryFn: async ({ signal }) => {
      const preview = await askFor(branchId, wish, signal);
      return { ...preview, changes: preview.changes.map((one) => ({ ...one, spans: joinedSpans(one.spans) })) };
    },
    placeholderData: keepPreviousData,
    meta: INLINE,
  });
}

async function askFor(branchId: string, wish: MergeWish, signal: AbortSignal): Promise<MergePreview> {
  const ask = async (choices: MergeWish["choices"]) => {
    const params = { path: { branch_id: branchId } };
    const body = wishBody({ ...wish, choices });
    return dataOf(await api.POST("/api/v1/branches/{branch_id}/merge/preview", { params, body, signal }));
  };
  try {
    return await ask(wish.choices);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 422 || wish.choices.length === 0) throw error;
    // A conflict is gone since it was decided: the other choices still count.
    const { conflicts } = await ask([]);
    return ask(stillThere(wish.choices, conflicts));
  }
}

/** The choices whose conflicts there still are. */
export function stillThere(choices: MergeWish["choices"], conflicts: readonly Conflict[]): MergeWish["choices"] {
  return choices.filter(({ path }) => conflicts.some((conflict) => conflict.path === path));
}
