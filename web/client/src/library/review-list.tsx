// Branches that wait for a word of whoever reads this, one row each.
import type { Branch } from "../api/branches";
import { BranchRow } from "../branches/branch-row";
import "./review-list.css";

const SHOWN_MAX = 5;

export default function ReviewList({ branches }: { branches: readonly Branch[] }) {
  return (
    <section className="my-reviews" aria-labelledby="my-reviews-title">
      <h2 id="my-reviews-title">My reviews</h2>
      <ul className="branch-list">
        {branches.slice(0, SHOWN_MAX).map((branch) => (
          <BranchRow key={branch.id} branch={branch} isDocumentSaid />
        ))}
      </ul>
      {branches.length > SHOWN_MAX && <p className="my-reviews__more">and {branches.length - SHOWN_MAX} more</p>}
    </section>
  );
}
