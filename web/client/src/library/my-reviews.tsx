// Branches that wait for a word of whoever reads this.
import { useQuery } from "@tanstack/react-query";
import { myReviewsQuery } from "../api/branches";
import { useMe } from "../api/use-me";
import { BranchRow } from "../branches/branch-row";
import "./my-reviews.css";

const SHOWN_MAX = 5;

export function MyReviews() {
  const me = useMe()?.person_id;
  const asked = useQuery(myReviewsQuery).data ?? [];
  // What I have said already waits for others.
  const waiting = asked.filter(
    ({ review }) => !review.verdicts.some((verdict) => verdict.person_id === me && verdict.is_current),
  );
  if (waiting.length === 0) return null;
  return (
    <section className="my-reviews" aria-labelledby="my-reviews-title">
      <h2 id="my-reviews-title">My reviews</h2>
      <ul className="branch-list">
        {waiting.slice(0, SHOWN_MAX).map((branch) => (
          <BranchRow key={branch.id} branch={branch} isDocumentSaid />
        ))}
      </ul>
      {waiting.length > SHOWN_MAX && <p className="my-reviews__more">and {waiting.length - SHOWN_MAX} more</p>}
    </section>
  );
}
