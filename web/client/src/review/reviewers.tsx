// The people of a review: who was asked, what they said, and whether it still holds.
import { Check, Clock, History, MessageSquareWarning } from "lucide-react";
import type { Branch } from "../api/branches";
import { Avatar } from "../ui/avatar";
import { Button } from "../ui/button";
import { Chip } from "../ui/chip";
import { When } from "../ui/when";
import type { PersonOf } from "../api/use-people";
import { approvalsInWords, reviewersOf, type ReviewerState } from "./verdicts";
import "./reviewers.css";

const STATES = {
  waiting: { words: "Asked", tone: "plain", Sign: Clock },
  approved: { words: "Approved", tone: "success", Sign: Check },
  changes_requested: { words: "Changes requested", tone: "warning", Sign: MessageSquareWarning },
  out_of_date: { words: "Out of date", tone: "plain", Sign: History },
} as const;

export interface ReviewersProps {
  branch: Branch;
  authorOf: PersonOf;
  /** Null: this person cannot ask anybody, or nothing can be asked any more. */
  onAsk: (() => void) | null;
  onWithdraw: (() => void) | null;
}

export function Reviewers({ branch, authorOf, onAsk, onWithdraw }: ReviewersProps) {
  const { review } = branch;
  const people = reviewersOf(branch);
  const isAsked = review.requested_by !== null;
  const isWaited =
    isAsked && authorOf(review.requested_by ?? "").isMe && people.some(({ state }) => state === "waiting");
  return (
    <section className="review-card" aria-labelledby="reviewers-title">
      <header className="review-card__head">
        <h2 id="reviewers-title" className="review-card__title">
          Review
        </h2>
        {isAsked && <span className="review-card__note">{approvalsInWords(branch)}</span>}
      </header>
      {isAsked && review.message !== "" && (
        <blockquote className="reviewers__message">
          {review.message}
          <footer>{authorOf(review.requested_by ?? "").name}</footer>
        </blockquote>
      )}
      {people.length > 0 && (
        <ul className="reviewers">
          {people.map((one) => (
            <Reviewer key={one.personId} reviewer={one} authorOf={authorOf} />
          ))}
        </ul>
      )}
      <p className="review-card__note" role="status">
        {isWaited && "They see it among their reviews now."}
      </p>
      {!isAsked && (
        <p className="review-card__note">
          Nobody was asked to look at this. It can be merged without; a review makes it wait for approval.
        </p>
      )}
      {(onAsk !== null || onWithdraw !== null) && (
        <div className="review-card__actions">
          {onAsk !== null && <Button onPress={onAsk}>{isAsked ? "Ask others" : "Request review"}</Button>}
          {onWithdraw !== null && isAsked && (
            <Button tone="quiet" onPress={onWithdraw}>
              Withdraw
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function Reviewer({
  reviewer: { personId, verdict, state },
  authorOf,
}: {
  reviewer: ReviewerState;
  authorOf: PersonOf;
}) {
  const { name, colour, isMe } = authorOf(personId);
  const { words, tone, Sign } = STATES[state];
  const said = verdict?.verdict === "approved" ? "Approved" : "Requested changes";
  return (
    <li className="reviewers__one">
      <span aria-hidden>
        <Avatar name={name} colour={colour} />
      </span>
      <div className="reviewers__words">
        <p className="reviewers__head">
          <span className="reviewers__name">{isMe ? `${name} (you)` : name}</span>
          <Chip tone={tone} icon={<Sign size={13} aria-hidden />}>
            {words}
          </Chip>
        </p>
        {verdict !== null && (
          <p className="review-card__note">
            {state === "out_of_date" ? `${said} before the newest edits, ` : ""}
            <When at={verdict.at} />
          </p>
        )}
        {verdict !== null && verdict.message !== "" && <p className="reviewers__said">{verdict.message}</p>}
      </div>
    </li>
  );
}
