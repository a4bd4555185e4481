// Who was asked, who has said what, and whether it still holds.
import type { Branch, Verdict } from "../api/branches";
import { counted } from "../ui/words";

export interface ReviewerState {
  personId: string;
  verdict: Verdict | null;
  isRequested: boolean;
  state: "waiting" | "approved" | "changes_requested" | "out_of_date";
}

/** Everybody who was asked, then whoever spoke unasked. */
export function reviewersOf({ review }: Pick<Branch, "review">): ReviewerState[] {
  const asked = review.reviewers;
  const unasked = review.verdicts.map(({ person_id }) => person_id).filter((id) => !asked.includes(id));
  return [...asked, ...new Set(unasked)].map((personId) => {
    const verdict = review.verdicts.findLast(({ person_id }) => person_id === personId) ?? null;
    const state = verdict === null ? "waiting" : verdict.is_current ? verdict.verdict : "out_of_date";
    return { personId, verdict, isRequested: asked.includes(personId), state };
  });
}

/** "2 approvals needed: Mina approved, Lee is asked"; null: nobody was asked. */
export function approvalsInWords({ review }: Pick<Branch, "review">): string | null {
  const asked = reviewersOf({ review }).filter(({ isRequested }) => isRequested);
  if (asked.length === 0) return null;
  const done = asked.filter(({ state }) => state === "approved").length;
  return `${done} of ${counted(asked.length, "approval")}`;
}
