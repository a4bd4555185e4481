// One branch in a list: its name, how it stands, what it is for, who and when.
import { Link } from "wouter";
import { branchAddress } from "../api/addresses";
import type { Branch } from "../api/branches";
import { usePeople } from "../api/use-people";
import { When } from "../ui/when";
import { BranchState } from "./branch-state";
import "./branch-row.css";

export interface BranchRowProps {
  branch: Branch;
  /** Whether the row says which document it is of. */
  isDocumentSaid?: boolean;
}

export function BranchRow({ branch, isDocumentSaid = false }: BranchRowProps) {
  const { review } = branch;
  const asker = review.requested_by;
  const personOf = usePeople();
  return (
    <li className="branch-row">
      <div className="branch-row__head">
        <Link href={branchAddress(branch)} className="branch-row__name">
          {branch.name}
        </Link>
        <BranchState branch={branch} />
      </div>
      {branch.purpose !== "" && <p className="branch-row__purpose">{branch.purpose}</p>}
      <p className="branch-row__facts">
        {isDocumentSaid && `${branch.document_title} · `}
        {isDocumentSaid && asker !== null && review.requested_at !== null ? (
          <>
            {personOf(asker).name} asked <When at={review.requested_at} />
          </>
        ) : (
          <>
            {personOf(branch.opened_by).name}, <When at={branch.opened_at} />
          </>
        )}
      </p>
    </li>
  );
}
