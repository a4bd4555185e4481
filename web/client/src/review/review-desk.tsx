// A review once its branch is known: the changes in the middle, people and the merge beside them.
import { useState } from "react";
import type { Branch, Verdict } from "../api/branches";
import { mayReview, mayWrite } from "../api/roles";
import { useMe } from "../api/use-me";
import { useCloseBranch, useReview as useReviewing } from "../branches/branch-requests";
import { showProblem } from "../api/problem-toast";
import { Changes } from "./changes";
import { DecisionBar } from "./decision-bar";
import { Discussion } from "./discussion";
import { MergeBox } from "./merge-box";
import { RenameBranchDialog } from "./rename-branch-dialog";
import { RequestDialog } from "./request-dialog";
import { ReviewHead } from "./review-head";
import { Reviewers } from "./reviewers";
import { useReview, type Review } from "./use-review";
import { reviewersOf } from "./verdicts";
import { useReviewActions } from "./use-review-actions";
import { WordsDialog, type Decision } from "./words-dialog";

type Asking = "request" | "rename" | Decision;

export function ReviewDesk({ branch }: { branch: Branch }) {
  const me = useMe();
  const review = useReview(branch);
  const reviewing = useReviewing(branch.id);
  const [asking, setAsking] = useState<Asking | null>(null);
  const closing = useCloseBranch(branch.id);
  const isOpen = branch.state === "open";
  const isWriter = mayWrite(me?.role);
  const isAsked = branch.review.requested_by !== null;
  const mayDecide = isOpen && isAsked && mayReview(me?.role) && branch.review.requested_by !== me?.person_id;
  const nameOf = (id: string) => review.authorOf(id).name;
  const decide = (decision: Decision) => {
    reviewing.reset();
    setAsking(decision);
  };
  useReviewActions({
    branch,
    onDecide: mayDecide && !review.isBehind ? decide : null,
    onAsk: isOpen && isWriter ? () => setAsking("request") : null,
  });
  return (
    <>
      <div className="review">
        <ReviewHead
          branch={branch}
          nameOf={nameOf}
          isWriter={isWriter}
          onRename={() => setAsking("rename")}
          onClose={(how) => closing.mutate(how)}
        />
        <div className="review__main">
          <Changes branch={branch} review={review} mayPick={isWriter && isOpen} />
        </div>
        <aside className="review__side" aria-label="Review and merge">
          <Reviewers
            branch={branch}
            authorOf={review.authorOf}
            onAsk={isOpen && isWriter ? () => setAsking("request") : null}
            onWithdraw={
              isOpen && isWriter
                ? () => reviewing.mutate({ action: "withdraw" }, { onError: (error) => showProblem(error) })
                : null
            }
          />
          <MergeBox branch={branch} review={review} nameOf={nameOf} />
          {me?.role === "viewer" && (
            <p className="review-card__note">
              You are a viewer here: you can read all of this. To approve or comment, ask an owner for the role of a
              commenter.
            </p>
          )}
        </aside>
      </div>
      <Discussion branch={branch} contents={review.contents} />
      {mayDecide && (
        <DecisionBar
          isBehind={review.isBehind}
          decided={decidedBy(branch, me?.person_id)}
          onDecide={decide}
          onCatchUp={review.catchUp}
        />
      )}
      {asking === "request" && <RequestDialog branch={branch} onClose={() => setAsking(null)} />}
      {asking === "rename" && <RenameBranchDialog branch={branch} onClose={() => setAsking(null)} />}
      {(asking === "approve" || asking === "request_changes") && (
        <Decide review={review} decision={asking} reviewing={reviewing} onClose={() => setAsking(null)} />
      )}
    </>
  );
}

/** What somebody said of the branch as it is now. */
function decidedBy(branch: Branch, personId: string | undefined): Verdict["verdict"] | null {
  const said = reviewersOf(branch).find((one) => one.personId === personId)?.verdict;
  return said?.is_current === true ? said.verdict : null;
}

interface DecideProps {
  review: Review;
  decision: Decision;
  reviewing: ReturnType<typeof useReviewing>;
  onClose: () => void;
}

/** Says it of what was looked at: the studio refuses when the branch has moved on. */
function Decide({ review, decision, reviewing, onClose }: DecideProps) {
  return (
    <WordsDialog
      decision={decision}
      isPending={reviewing.isPending}
      error={reviewing.error?.message ?? null}
      onDecide={(message) =>
        reviewing.mutate(
          { action: decision, message, position: review.seen },
          {
            onSuccess: onClose,
          },
        )
      }
      onClose={onClose}
    />
  );
}
