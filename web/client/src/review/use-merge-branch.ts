// Merging: what happens at the press of the button, and what is said when the document or the branch has moved on.
import { useLocation } from "wouter";
import { historyAddress } from "../api/addresses";
import type { Branch, MergePreview } from "../api/branches";
import { Problem } from "../api/client";
import { showProblem } from "../api/problem-toast";
import { useMerge, type MergeWish } from "../branches/branch-requests";
import { toasts } from "../ui/toasts";
import { stillThere } from "./requests";

/** `onMerged`: what was picked is in the document, and there is nothing to decide about it any more. */
export function useMergeBranch(branch: Branch, onMerged: () => void) {
  const merge = useMerge(branch.id);
  const [, navigate] = useLocation();
  const run = (wish: MergeWish, preview: MergePreview) => {
    const choices = stillThere(wish.choices, preview.conflicts);
    merge.mutate(
      { ...wish, choices, documentPosition: preview.document_position, branchPosition: preview.branch_position },
      {
        onSuccess: () => {
          onMerged();
          const isPart = wish.paths !== null || wish.authors !== null;
          toasts.show({
            tone: "success",
            text: `${isPart ? "What you picked" : `“${branch.name}”`} is in ${branch.document_title} now. What was there before is kept as a version.`,
            action: {
              name: "See the history",
              onAction: () => navigate(historyAddress(branch.kind, branch.document_id)),
            },
          });
        },
        onError: (error) => {
          if (!(error instanceof Problem) || error.status !== 409) {
            showProblem(error, () => run(wish, preview));
            return;
          }
          toasts.show({
            tone: "warning",
            about: "merge",
            text: `${error.message} What is shown is the newest now; your choices are kept.`,
          });
        },
      },
    );
  };
  return { run, isPending: merge.isPending };
}
