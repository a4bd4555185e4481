// The review of a branch: what changed and why, who said what, and the way it gets into the document.
import { ArrowLeft } from "lucide-react";
import { Link } from "wouter";
import { documentAddress } from "../api/addresses";
import type { Branch } from "../api/branches";
import { BranchSwitch } from "../branches/branch-switch";
import { OnBranch } from "../branches/on-branch";
import { useDeskPart } from "../comments/comment-desk";
import { CommentsButton } from "../comments/comments-button";
import { CommentsProvider } from "../comments/comments-provider";
import { classes } from "../ui/classes";
import { Page } from "../ui/page";
import { ReviewDesk } from "./review-desk";
import "./review-page.css";

export default function ReviewPage({ id, branchId }: { id: string; branchId: string }) {
  return (
    <OnBranch documentId={id} branchId={branchId} isFresh>
      {(branch) => (
        <CommentsProvider documentId={branch.content_id}>
          <Desk id={id} branch={branch} />
        </CommentsProvider>
      )}
    </OnBranch>
  );
}

function Desk({ id, branch }: { id: string; branch: Branch }) {
  const isBesideComments = useDeskPart("isOpen");
  return (
    <Page
      title={`Review, ${branch.name}`}
      width="full"
      className={classes("review-page", isBesideComments && "page--beside")}
      bar={{
        start: (
          <>
            <Link href={documentAddress(branch.kind, id)} className="review-page__back">
              <ArrowLeft size={18} aria-hidden />
              <span className="visually-hidden">Back to </span>
              <span dir="auto">{branch.document_title}</span>
            </Link>
            <BranchSwitch kind={branch.kind} documentId={id} current={branch} />
          </>
        ),
        end: <CommentsButton />,
      }}
    >
      <ReviewDesk branch={branch} />
    </Page>
  );
}
