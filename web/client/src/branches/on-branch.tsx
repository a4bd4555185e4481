// A page about one branch: waits until it is known which, and says so when there is none.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { branchQuery, type Branch } from "../api/branches";
import { Problem } from "../api/client";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Page } from "../ui/page";
import { Skeleton } from "../ui/skeleton";
import { BranchContext } from "./current-branch";

export interface OnBranchProps {
  /** The document in the address; a branch of another one is not found here. */
  documentId: string;
  branchId: string;
  /** Waits for an answer of now: what was asked on an earlier page may lack the newest edits. */
  isFresh?: boolean;
  children: (branch: Branch) => ReactNode;
}

export function OnBranch({ documentId, branchId, isFresh = false, children }: OnBranchProps) {
  const { data, error, isFetchedAfterMount, isPaused, refetch } = useQuery({
    ...branchQuery(branchId),
    refetchOnMount: isFresh ? "always" : true,
  });
  const branch = isFresh && !isFetchedAfterMount && !isPaused ? undefined : data;
  if (branch?.document_id === documentId) return <BranchContext value={branch}>{children(branch)}</BranchContext>;
  const isGone = branch !== undefined || (error instanceof Problem && error.status === 404);
  return (
    <Page title="Branch">
      {error === null && branch === undefined ? (
        <Skeleton lines={8} label="Opening the branch" />
      ) : (
        <EmptyState
          title={isGone ? "There is no such branch here." : "The branch cannot be shown now."}
          action={
            isGone ? <Link href="/">Go to the library</Link> : <Button onPress={() => void refetch()}>Try again</Button>
          }
        >
          {isGone ? "The link may have been mistyped." : error?.message}
        </EmptyState>
      )}
    </Page>
  );
}
