// What changed: on the branch since it began, or what the document would become by merging it now.
import { useState } from "react";
import type { Branch } from "../api/branches";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Failure } from "../ui/failure";
import { Segments } from "../ui/segments";
import { Skeleton } from "../ui/skeleton";
import { ChangeList } from "./change-list";
import { toggled } from "./merge-picks";
import type { Review } from "./use-review";

type Side = "branch" | "merge";

const SIDES: readonly { value: Side; name: string }[] = [
  { value: "branch", name: "On the branch" },
  { value: "merge", name: "If it is merged now" },
];

export interface ChangesProps {
  branch: Branch;
  review: Review;
  mayPick: boolean;
}

export function Changes({ branch, review, mayPick }: ChangesProps) {
  const [side, setSide] = useState<Side>("branch");
  const isOpen = branch.state === "open";
  const shown = isOpen ? side : "branch";
  return (
    <section aria-labelledby="changes-title" className="review__main">
      <h2 id="changes-title" className="visually-hidden">
        Changes
      </h2>
      {isOpen && <Segments label="Which changes" hideLabel choices={SIDES} value={side} onChange={setSide} />}
      <div role="status">
        {review.isBehind && shown === "branch" && (
          <p className="review__note">
            The branch was edited since you opened this.
            <Button size="small" onPress={review.catchUp}>
              Show the newest
            </Button>
          </p>
        )}
      </div>
      {branch.state === "merged" && (
        <p className="review__note">
          This is what the branch had changed since it began, as it was written there. What merging it did to the
          document stands in the document’s history.
        </p>
      )}
      {shown === "branch" ? (
        <OnTheBranch branch={branch} review={review} />
      ) : (
        <ByMerging branch={branch} review={review} mayPick={mayPick} />
      )}
    </section>
  );
}

function OnTheBranch({ branch, review }: Pick<ChangesProps, "branch" | "review">) {
  if (review.error !== null) return <Failure text={review.error.message} onRetry={review.retry} />;
  if (review.isPending) return <Skeleton lines={8} label="Comparing" />;
  if (review.groups.length === 0) return <EmptyState>Nothing was changed on this branch yet.</EmptyState>;
  return (
    <ChangeList
      kind={branch.kind}
      groups={review.groups}
      authorOf={review.authorOf}
      source={{ documentId: branch.content_id, at: review.seen }}
      ticks={null}
    />
  );
}

function ByMerging({ branch, review, mayPick }: ChangesProps) {
  const { preview, offer, picks, setPicks } = review;
  if (preview.data === undefined)
    return preview.error === null ? <Skeleton lines={8} label="Trying the merge" /> : null;
  if (offer.groups.length === 0)
    return (
      <EmptyState>
        {offer.conflicts.length > 0
          ? "All that would change waits for your choices."
          : "The document would stay as it is: it says all of this already."}
      </EmptyState>
    );
  return (
    <ChangeList
      kind={branch.kind}
      groups={offer.groups}
      authorOf={review.authorOf}
      source={null}
      ticks={
        mayPick
          ? {
              isOn: (key) => !picks.leftOut.has(key),
              onChange: (key, isOn) => setPicks({ ...picks, leftOut: toggled(picks.leftOut, key, !isOn) }),
            }
          : null
      }
    />
  );
}
