// What each merge of a branch did to the document: what it said right before, and right after, with who wrote it.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Branch } from "../api/branches";
import { usePeople } from "../api/use-people";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Failure } from "../ui/failure";
import { Skeleton } from "../ui/skeleton";
import { When } from "../ui/when";
import { groupsOf } from "../history/change-groups";
import { diffQuery, stateQuery, type Content } from "../history/requests";
import { ChangeList } from "./change-list";

type Merge = Branch["merges"][number];

/** Of several merges the newest comes first; the others are compared when somebody asks. */
export function WhatMergingDid({ branch }: { branch: Branch }) {
  const newest = branch.merges.at(-1);
  return branch.merges
    .toReversed()
    .map((merge) => <OneMerge key={merge.at} branch={branch} merge={merge} isShownFirst={merge === newest} />);
}

function OneMerge({ branch, merge, isShownFirst }: { branch: Branch; merge: Merge; isShownFirst: boolean }) {
  const isWhole = merge.paths.length === 0 && merge.authors.length === 0;
  const [isShown, setShown] = useState(isShownFirst);
  const personOf = usePeople();
  const from = merge.before_position;
  return (
    <div className="review__merge">
      {(branch.merges.length > 1 || !isWhole) && (
        <h3 className="review__merge-title">
          {personOf(merge.by).name} merged {isWhole ? "all that was left" : "some of it"} <When at={merge.at} />
        </h3>
      )}
      {from === null ? (
        <EmptyState>The document said all of it already: this merge changed nothing.</EmptyState>
      ) : isShown ? (
        <Did branch={branch} from={from} to={merge.position} />
      ) : (
        <Button className="review__merge-show" onPress={() => setShown(true)}>
          Show what it changed
        </Button>
      )}
    </div>
  );
}

function Did({ branch, from, to }: { branch: Branch; from: number; to: number }) {
  const { document_id: documentId, kind } = branch;
  const diff = useQuery(diffQuery(documentId, from, to));
  const before = useQuery(stateQuery(documentId, from)).data as Content | undefined;
  const after = useQuery(stateQuery(documentId, to)).data as Content | undefined;
  const changes = diff.data?.changes;
  const authorOf = usePeople();
  if (diff.error !== null) return <Failure text={diff.error.message} onRetry={() => void diff.refetch()} />;
  if (changes === undefined || before === undefined || after === undefined)
    return <Skeleton lines={8} label="Comparing" />;
  return (
    <ChangeList
      kind={kind}
      groups={groupsOf(kind, changes, before, after)}
      authorOf={authorOf}
      source={{ documentId, at: to }}
      ticks={null}
    />
  );
}
