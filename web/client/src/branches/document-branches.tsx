// One line on the way to a document's branches: how many there are, and how they stand. Nothing where there are none.
import { useQuery } from "@tanstack/react-query";
import { GitBranch } from "lucide-react";
import { Link } from "wouter";
import { branchesAddress, type KindName } from "../api/addresses";
import { branchesOfQuery, type Branch } from "../api/branches";
import { STANDING_WORDS, standingOf, type Standing } from "./branch-state";
import { useCurrentBranch } from "./current-branch";
import "./document-branches.css";

export function DocumentBranches({ kind, documentId }: { kind: KindName; documentId: string }) {
  const { data: branches = [] } = useBranchesOf(documentId);
  if (branches.length === 0) return null;
  return (
    <p className="document-branches">
      <Link href={branchesAddress(kind, documentId)} className="document-branches__link">
        <GitBranch size={15} aria-hidden />
        Branches ({branches.length})
      </Link>
      <span className="document-branches__states">{statesInWords(branches)}</span>
    </p>
  );
}

/** Whether it is still being asked whether there are branches: what stands below the line waits, so as not to jump. */
export function useAreBranchesAsked(documentId: string): boolean {
  return useBranchesOf(documentId).isLoading;
}

/** Nothing is asked on a branch: it has none of its own. */
function useBranchesOf(documentId: string): { data?: Branch[] | undefined; isLoading: boolean } {
  const isDocument = useCurrentBranch() === null;
  const { data, isLoading } = useQuery({ ...branchesOfQuery(documentId), enabled: isDocument });
  return isDocument ? { data, isLoading } : { isLoading: false };
}

/** "1 in review, 2 merged": what waits for somebody first. */
export function statesInWords(branches: readonly Pick<Branch, "state" | "review">[]): string {
  const counts = new Map<Standing, number>();
  for (const branch of branches) counts.set(standingOf(branch), (counts.get(standingOf(branch)) ?? 0) + 1);
  const order: readonly Standing[] = ["requested", "changes_requested", "approved", "open", "merged", "closed"];
  return order
    .flatMap((one) => (counts.has(one) ? [`${String(counts.get(one))} ${STANDING_WORDS[one].toLowerCase()}`] : []))
    .join(", ");
}
