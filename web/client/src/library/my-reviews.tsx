// Branches that wait for a word of whoever reads this. How they look loads when there are some.
import { useQuery } from "@tanstack/react-query";
import { myReviewsQuery } from "../api/branches";
import { useMe } from "../api/use-me";
import { loadedPart } from "../ui/loaded-part";

const ReviewList = loadedPart(() => import("./review-list"));

export function MyReviews() {
  const me = useMe()?.person_id;
  const asked = useQuery(myReviewsQuery).data ?? [];
  // What I have said already waits for others.
  const waiting = asked.filter(
    ({ review }) => !review.verdicts.some((verdict) => verdict.person_id === me && verdict.is_current),
  );
  return waiting.length === 0 ? null : <ReviewList branches={waiting} />;
}
