// How a branch stands, in two words and a sign: never by colour alone.
import { Check, CircleDot, CircleSlash, GitMerge, MessageSquareWarning, UserRoundSearch } from "lucide-react";
import type { Branch } from "../api/branches";
import { Chip } from "../ui/chip";

/** One word for each way a branch can stand; the review matters while it is open. */
export type Standing = "open" | "requested" | "changes_requested" | "approved" | "merged" | "closed";

export function standingOf({ state, review }: Pick<Branch, "state" | "review">): Standing {
  if (state !== "open") return state;
  return review.state === "none" ? "open" : review.state;
}

export const STANDING_WORDS: Record<Standing, string> = {
  open: "Open",
  requested: "In review",
  changes_requested: "Changes requested",
  approved: "Approved",
  merged: "Merged",
  closed: "Closed",
};

const TONES = {
  open: "plain",
  requested: "accent",
  changes_requested: "warning",
  approved: "success",
  merged: "success",
  closed: "plain",
} as const;

const SIGNS = {
  open: CircleDot,
  requested: UserRoundSearch,
  changes_requested: MessageSquareWarning,
  approved: Check,
  merged: GitMerge,
  closed: CircleSlash,
};

export function BranchState({ branch }: { branch: Pick<Branch, "state" | "review"> }) {
  const standing = standingOf(branch);
  const Sign = SIGNS[standing];
  return (
    <Chip tone={TONES[standing]} icon={<Sign size={13} aria-hidden />}>
      {STANDING_WORDS[standing]}
    </Chip>
  );
}
