// What each merge of a branch did to the document: what it said right before, and right after, with who wrote it.
import { useQuery } from "@tanstack/react-query";
import type { Branch } from "../api/branches";
import { usePeople } from "../api/use-people";
import { EmptyState } from "../ui/empty-state";
import { Failure } from "../ui/failure";
import { Skeleton } from "../ui/skeleton";
import { When } from "../ui/when";
import { groupsOf } from "../history/change-groups";
import { diffQuery, stateQuery, type Content } from "../history/requests";
import { ChangeList } from "./change-list";

type Merge = Branch["merges"][number];

/** Of several merges the newest comes first. */
export function WhatMergingDid({ branch }: { branch: Branch }) {
  return branch.merges.toReversed().map((merge) => <OneMerge key={merge.at} branch={branch} merge={merge} />);
}

function OneMerge({ branch, merge }: { branch: Branch; merge: Merge }) {
  const isWhole = merge.paths.length === 0 && merge.authors.length === 0;
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
      ) : (
        <Did branch={branch} from={from} to={merge.position} />
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
