// Above the editor of a branch: that one is on one, of what, and the ways to its review and back.
import { GitBranch } from "lucide-react";
import { Link } from "wouter";
import { branchAddress, documentAddress } from "../../api/addresses";
import type { Branch } from "../../api/branches";
import { BranchState } from "../../branches/branch-state";
import "../../ui/button.css";
import "./branch-strip.css";

const REVIEW_WORDS = { open: "Review and merge", merged: "See the review", closed: "See the review" } as const;

export function BranchStrip({ branch }: { branch: Branch }) {
  const title = branch.document_title;
  return (
    <aside className="branch-strip" aria-label="Branch">
      <GitBranch size={18} aria-hidden className="branch-strip__sign" />
      <p className="branch-strip__words">
        <strong>{branch.name}</strong>
        <BranchState branch={branch} />
        <span className="branch-strip__of">
          A branch of{" "}
          <Link href={documentAddress(branch.kind, branch.document_id)} aria-label={`${title}, back to main`}>
            {title}
          </Link>
          {branch.state === "open" ? ". What you write stays here until it is merged." : "."}
        </span>
      </p>
      <Link href={branchAddress(branch)} className="button button--primary button--small branch-strip__review">
        {REVIEW_WORDS[branch.state]}
      </Link>
    </aside>
  );
}
