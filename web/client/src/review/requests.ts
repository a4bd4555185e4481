// What the review asks the API for: what a merge would do now.
import { keepPreviousData, queryOptions, type QueryClient } from "@tanstack/react-query";
import { branchKeys, type Branch, type Conflict, type MergePreview } from "../api/branches";
import { api, dataOf, Problem } from "../api/client";
import { wishBody, type MergeWish } from "../branches/branch-requests";
import { joinedSpans } from "../history/text-lines";

const INLINE = { inline: true };
/** How often, and after how many milliseconds, a preview is asked for again while somebody's merge is being stored. */
const LOOKS_MAX = 6;
const LOOK_AGAIN_MS = 700;

/** The document as a merge would leave it, and what stands in its way. What was shown stays until the answer is there. */
export function previewQuery(branchId: string, wish: MergeWish) {
  return queryOptions({
    queryKey: [...branchKeys.previews(branchId), wishBody(wish)],
    queryFn: async ({ client, signal }) => {
      const preview = await askPatiently(client, branchId, wish, signal);
      return { ...preview, changes: preview.changes.map((one) => ({ ...one, spans: joinedSpans(one.spans) })) };
    },
    placeholderData: keepPreviousData,
    meta: INLINE,
  });
}

/** A merge that is being stored answers 409: what was shown stays for the moment that takes. */
async function askPatiently(
  client: QueryClient,
  branchId: string,
  wish: MergeWish,
  signal: AbortSignal,
): Promise<MergePreview> {
  for (let looks = 1; ; looks += 1) {
    try {
      return await askFor(branchId, wish, signal);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 409 || looks === LOOKS_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      signal.throwIfAborted();
      // Merged by now: there is nothing more to preview.
      const branch = client.getQueryData<Branch>(branchKeys.one(branchId));
      if (branch !== undefined && branch.state !== "open") throw error;
    }
  }
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
