// Above a review: what the branch is called, what it is for, who opened it, and what one can do with it.
import { Archive, ArchiveRestore, EllipsisVertical, History, PencilLine, TextCursorInput } from "lucide-react";
import { Link } from "wouter";
import { branchEditorAddress, branchHistoryAddress } from "../api/addresses";
import type { Branch } from "../api/branches";
import { BranchState } from "../branches/branch-state";
import { IconButton } from "../ui/button";
import { Menu, type MenuAction } from "../ui/menu";
import { When } from "../ui/when";
import "../ui/button.css";
import "./review-head.css";

export interface ReviewHeadProps {
  branch: Branch;
  nameOf: (personId: string) => string;
  isWriter: boolean;
  onRename: () => void;
  onClose: (how: "close" | "reopen") => void;
}

export function ReviewHead({ branch, nameOf, isWriter, onRename, onClose }: ReviewHeadProps) {
  return (
    <header className="review-head">
      <div className="review-head__words">
        <h1 className="review-head__name">
          {branch.name} <BranchState branch={branch} />
        </h1>
        {branch.purpose !== "" && <p className="review-head__purpose">{branch.purpose}</p>}
        <p className="review-head__facts">
          {nameOf(branch.opened_by)} opened this branch <When at={branch.opened_at} />
        </p>
      </div>
      <div className="review-head__tools">
        <Link href={branchEditorAddress(branch)} className="button button--plain button--medium">
          <PencilLine size={15} aria-hidden />
          {isWriter && branch.state === "open" ? "Write on it" : "Read it"}
        </Link>
        <Menu
          label="Branch"
          trigger={<IconButton label="More for this branch" icon={<EllipsisVertical size={18} aria-hidden />} />}
          actions={offersOf({ branch, isWriter, onRename, onClose })}
        />
      </div>
    </header>
  );
}

function offersOf({ branch, isWriter, onRename, onClose }: Omit<ReviewHeadProps, "nameOf">): MenuAction[] {
  const offers: (MenuAction | false)[] = [
    { id: "history", name: "History of this branch", icon: <History />, href: branchHistoryAddress(branch) },
    isWriter && {
      id: "rename",
      name: "Name and purpose…",
      icon: <TextCursorInput />,
      startsGroup: true,
      onAction: onRename,
    },
    isWriter &&
      branch.state === "open" && {
        id: "close",
        name: "Close without merging",
        icon: <Archive />,
        onAction: () => onClose("close"),
      },
    isWriter &&
      branch.state === "closed" && {
        id: "reopen",
        name: "Open again",
        icon: <ArchiveRestore />,
        onAction: () => onClose("reopen"),
      },
  ];
  return offers.filter((offer) => offer !== false);
}
