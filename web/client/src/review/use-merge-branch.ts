// Merging: what happens at the press of the button, and what is said when the document or the branch has moved on.
import { useState } from "react";
import { useLocation } from "wouter";
import { historyAddress } from "../api/addresses";
import type { Branch, MergePreview } from "../api/branches";
import { Problem } from "../api/client";
import { showProblem } from "../api/problem-toast";
import { useMerge, type MergeWish } from "../branches/branch-requests";
import { toasts } from "../ui/toasts";
import { stillThere } from "./requests";

/** What is to be read where the button is, because it will be pressed again. */
export interface MergeNews {
  text: string;
  /** Null: it came to nothing. */
  history: string | null;
}

/** `onMerged`: what was picked is in the document, and there is nothing to decide about it any more. */
export function useMergeBranch(branch: Branch, onMerged: () => void) {
  const merge = useMerge(branch.id);
  const [, navigate] = useLocation();
  const [news, setNews] = useState<MergeNews | null>(null);
  const history = historyAddress(branch.kind, branch.document_id);
  const run = (wish: MergeWish, preview: MergePreview) => {
    const choices = stillThere(wish.choices, preview.conflicts);
    setNews(null);
    merge.mutate(
      { ...wish, choices, documentPosition: preview.document_position, branchPosition: preview.branch_position },
      {
        onSuccess: () => {
          onMerged();
          const isPart = wish.paths !== null || wish.authors !== null;
          const what = isPart ? "What you picked" : `“${branch.name}”`;
          const text = `${what} is in ${branch.document_title} now. What was there before is kept as a version.`;
          if (isPart) setNews({ text, history });
          else
            toasts.show({
              tone: "success",
              text,
              action: { name: "See the history", onAction: () => navigate(history) },
            });
        },
        onError: (error) => {
          if (!(error instanceof Problem) || error.status !== 409) {
            showProblem(error, () => run(wish, preview));
            return;
          }
          setNews({
            text: `${error.message} What is shown is the newest now; your choices are kept.`,
            history: null,
          });
        },
      },
    );
  };
  return { run, news, isPending: merge.isPending };
}
