// Says what bringing a version back would change, before it does.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { KindName } from "../api/addresses";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Failure } from "../ui/failure";
import { Skeleton } from "../ui/skeleton";
import { counted } from "../ui/words";
import { countOf, groupsOf, type ChangeGroup } from "./change-groups";
import { diffQuery, stateQuery, type Content } from "./requests";
import { isAboutItself, phrasesOf } from "./restoring";
import "./restore-dialog.css";

export interface RestoreDialogProps {
  kind: KindName;
  documentId: string;
  position: number;
  /** What the version is called. */
  about: string;
  isRestoring: boolean;
  onRestore: () => void;
  onClose: () => void;
}

const GROUPS_SHOWN = 8;

export function RestoreDialog({
  kind,
  documentId,
  position,
  about,
  isRestoring,
  onRestore,
  onClose,
}: RestoreDialogProps) {
  // Others may write meanwhile: what is said here is asked for afresh.
  const diff = useQuery({ ...diffQuery(documentId, position, null), refetchOnMount: "always" });
  const then = useQuery(stateQuery(documentId, position));
  const now = useQuery({ ...stateQuery(documentId, null), refetchOnMount: "always" });
  const groups = useMemo(
    () => groupsOf(kind, diff.data?.changes ?? [], (then.data ?? {}) as Content, (now.data ?? {}) as Content),
    [kind, diff.data, then.data, now.data],
  );
  const isReady = diff.data !== undefined && then.data !== undefined && now.data !== undefined && !diff.isFetching;
  const count = countOf(groups);
  return (
    <Dialog
      title="Restore this version?"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button tone="primary" isDisabled={!isReady || count === 0} isPending={isRestoring} onPress={onRestore}>
            Restore
          </Button>
        </>
      }
    >
      <p>The document goes back to {about}.</p>
      {diff.error !== null && <Failure text={diff.error.message} onRetry={() => void diff.refetch()} />}
      {diff.error === null && !isReady && <Skeleton lines={3} label="Comparing with now" />}
      {isReady && <Consequences groups={groups} count={count} />}
      <p className="restore-dialog__note">
        This becomes a new version. What is there now is kept in the history, and you can undo it.
      </p>
    </Dialog>
  );
}

/** What would become of each part of the document. */
export function Consequences({ groups, count }: { groups: readonly ChangeGroup[]; count: number }) {
  if (count === 0) return <p>It says the same as now: there is nothing to restore.</p>;
  const more = groups.length - GROUPS_SHOWN;
  return (
    <div className="restore-dialog__changes">
      <p className="restore-dialog__count">{counted(count, "change")}</p>
      <ul>
        {groups.slice(0, GROUPS_SHOWN).map((group) => (
          <li key={group.key}>
            <strong>{group.name}</strong>
            {isAboutItself(group) ? " " : ": "}
            {phrasesOf(group).join(", ")}
          </li>
        ))}
        {more > 0 && <li>And {counted(more, "other part")}</li>}
      </ul>
    </div>
  );
}
