// What changed: on the branch since it began, what merging did to the document, or what it would do now.
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
import { WhatMergingDid } from "./what-merging-did";

type Side = "branch" | "merged" | "merge";

const NAMES: Record<Side, string> = {
  branch: "On the branch",
  merged: "What merging did",
  merge: "If it is merged now",
};

export interface ChangesProps {
  branch: Branch;
  review: Review;
  mayPick: boolean;
}

export function Changes({ branch, review, mayPick }: ChangesProps) {
  const sides = sidesOf(branch);
  const [chosen, setChosen] = useState<Side | null>(null);
  const shown = chosen !== null && sides.includes(chosen) ? chosen : branch.state === "merged" ? "merged" : "branch";
  return (
    <section aria-labelledby="changes-title" className="review__main">
      <h2 id="changes-title" className="visually-hidden">
        Changes
      </h2>
      {sides.length > 1 && (
        <Segments
          label="Which changes"
          hideLabel
          choices={sides.map((value) => ({ value, name: NAMES[value] }))}
          value={shown}
          onChange={setChosen}
        />
      )}
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
      {shown === "branch" && <OnTheBranch branch={branch} review={review} />}
      {shown === "merged" && <WhatMergingDid branch={branch} />}
      {shown === "merge" && <ByMerging branch={branch} review={review} mayPick={mayPick} />}
    </section>
  );
}

function sidesOf({ state, merges }: Branch): Side[] {
  return ["branch", ...(merges.length > 0 ? ["merged" as const] : []), ...(state === "open" ? ["merge" as const] : [])];
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
