// Says what taking something back would change, and what others have changed since and therefore stays, before it does.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { KindName } from "../api/addresses";
import { Problem } from "../api/client";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Failure } from "../ui/failure";
import { Skeleton } from "../ui/skeleton";
import type { PersonOf } from "../api/use-people";
import { countOf, groupsOf } from "./change-groups";
import { capitalised, counted } from "../ui/words";
import { nameOfPath } from "./filters";
import { Consequences } from "./restore-dialog";
import { stateQuery, undoPreviewQuery, type Content, type RevertPreview, type Superseded } from "./requests";
import { backwards, reasonInWords, type UndoChoice } from "./undoing";
import { useUndo } from "./use-commands";
import "./restore-dialog.css";

export interface UndoDialogProps {
  kind: KindName;
  documentId: string;
  choice: UndoChoice;
  authorOf: PersonOf;
  onDone: () => void;
  onClose: () => void;
}

const STAYS_SHOWN = 6;

export function UndoDialog({ kind, documentId, choice, authorOf, onDone, onClose }: UndoDialogProps) {
  const undo = useUndo(documentId, { onDone, onOther: () => void preview.refetch() });
  // What is being taken back, or was, has no preview any more.
  const isAsked = !undo.isPending && !undo.isSuccess;
  const preview = useQuery({ ...undoPreviewQuery(documentId, choice.undo), enabled: isAsked });
  const now = useQuery({ ...stateQuery(documentId, null), refetchOnMount: "always" });
  const isReady = preview.data !== undefined && now.data !== undefined && !preview.isFetching;
  return (
    <Dialog
      title="Undo this?"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            tone="primary"
            isDisabled={!isReady}
            isPending={undo.isPending}
            onPress={() => {
              if (preview.data !== undefined) undo.mutate({ choice, seen: preview.data });
            }}
          >
            Undo
          </Button>
        </>
      }
    >
      <p>This takes back {choice.about}. Everything else stays as it is.</p>
      {undo.isStale && <p role="status">Somebody wrote meanwhile. This is what would change now.</p>}
      {preview.error !== null && <Nothing error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.error === null && !isReady && <Skeleton lines={3} label="Finding out what would change" />}
      {isReady && <Seen kind={kind} preview={preview.data} now={now.data} authorOf={authorOf} />}
      <p className="restore-dialog__note">
        This becomes a new version. What is there now is kept in the history, and you can undo it.
      </p>
    </Dialog>
  );
}

/** What cannot be done is a sentence; what went wrong can be tried again. */
function Nothing({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (error instanceof Problem && error.status === 409) return <p role="status">{error.message}</p>;
  return <Failure text={error.message} onRetry={onRetry} />;
}

interface SeenProps {
  kind: KindName;
  preview: RevertPreview;
  now: Content;
  authorOf: PersonOf;
}

function Seen({ kind, preview, now, authorOf }: SeenProps) {
  const groups = useMemo(
    // Read backwards, as the difference between what will be and what is: the phrases speak of what becomes of it.
    () => groupsOf(kind, preview.changes.map(backwards), now, now),
    [kind, preview.changes, now],
  );
  return (
    <>
      <Consequences groups={groups} count={countOf(groups)} />
      {preview.superseded.length > 0 && (
        <Stays kind={kind} superseded={preview.superseded} now={now} authorOf={authorOf} />
      )}
    </>
  );
}

function Stays({ kind, superseded, now, authorOf }: Omit<SeenProps, "preview"> & { superseded: Superseded[] }) {
  const more = superseded.length - STAYS_SHOWN;
  return (
    <div className="restore-dialog__stays">
      <p className="restore-dialog__count">Stays, because it was changed since</p>
      <ul>
        {superseded.slice(0, STAYS_SHOWN).map((one) => (
          <li key={one.path}>
            <strong>{capitalised(nameOfPath(kind, one.path, now))}</strong> {reasonInWords(one, authorOf, new Date())}
          </li>
        ))}
        {more > 0 && <li>And {counted(more, "other place")}</li>}
      </ul>
    </div>
  );
}
