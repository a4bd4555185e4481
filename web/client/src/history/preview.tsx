// The document as it was: to read, with a slider that goes through sittings and merges.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { KindName } from "../api/addresses";
import { Failure } from "../ui/failure";
import { Skeleton } from "../ui/skeleton";
import type { AuthorOf } from "./authors";
import { DocumentView } from "./document-view";
import { stateQuery } from "./requests";
import { Scrubber } from "./scrubber";
import { momentInWords, type Entry } from "./timeline-entries";
import "./preview.css";

/** How long the slider must rest before its version is asked for. */
const SETTLES_MS = 140;

export interface PreviewProps {
  kind: KindName;
  documentId: string;
  /** Null: now. */
  at: number | null;
  /** What the slider goes through, the newest first. */
  entries: readonly Entry[];
  authorOf: AuthorOf;
  onSelect: (entry: Step) => void;
}

type Step = Extract<Entry, { type: "sitting" | "merge" }>;

export function Preview({ kind, documentId, at, entries, authorOf, onSelect }: PreviewProps) {
  const steps = entries.filter((entry) => entry.type === "sitting" || entry.type === "merge").reverse();
  const found = at === null ? steps.length - 1 : steps.findLastIndex((step) => step.position <= at);
  const shown = Math.max(0, found);
  const [wanted, setWanted] = useState(shown);
  const [last, setLast] = useState(shown);
  // Whoever chooses elsewhere moves the slider too.
  if (last !== shown) {
    setLast(shown);
    setWanted(shown);
  }
  const target = steps[wanted];
  useEffect(() => {
    if (wanted === shown || target === undefined) return undefined;
    const timer = setTimeout(() => onSelect(target), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [wanted, shown, target, onSelect]);
  // The thumb leads, the address follows when it rests.
  const state = useNewestState(documentId, wanted === shown ? at : (target?.position ?? at));
  return (
    <div className="preview">
      {steps.length > 1 && (
        <Scrubber
          label="Version"
          count={steps.length}
          value={wanted}
          words={target === undefined ? "" : wordsOf(target, authorOf)}
          onChange={setWanted}
        />
      )}
      {state.error !== null && <Failure text={state.error.message} onRetry={() => void state.refetch()} />}
      {state.isPending && <Skeleton lines={8} label="Loading this version" />}
      {state.data !== undefined && (
        <div className="preview__paper" aria-busy={state.isPlaceholderData}>
          <DocumentView kind={kind} content={state.data} />
        </div>
      )}
    </div>
  );
}

/** What the document said at a position. Each answer is shown; what was passed while it was on its way is left out. */
function useNewestState(documentId: string, position: number | null) {
  const [asked, setAsked] = useState(position);
  const state = useQuery({ ...stateQuery(documentId, asked), placeholderData: keepPreviousData });
  if (asked !== position && !state.isFetching) setAsked(position);
  return state;
}

function wordsOf(entry: Step, authorOf: AuthorOf): string {
  if (entry.type === "merge") return `${entry.merge.branch_name} merged, ${momentInWords(entry.merge.at, new Date())}`;
  const { person_id: personId, ended_at: endedAt } = entry.sitting;
  return `${authorOf(personId).name}, ${momentInWords(endedAt, new Date())}`;
}
