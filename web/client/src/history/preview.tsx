// The document as it was: to read, with a slider that goes through everything it ever was.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { KindName } from "../api/addresses";
import { Failure } from "../ui/failure";
import { Skeleton } from "../ui/skeleton";
import type { PersonOf } from "../api/use-people";
import { DocumentView } from "./document-view";
import { stateQuery } from "./requests";
import { Scale } from "./scale";
import { Scrubber } from "./scrubber";
import { momentInWords, spanInWords, type Entry } from "./timeline-entries";
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
  authorOf: PersonOf;
  /** The edit that the slider rests in, and the version there: its last one, or one on the way. */
  onSelect: (entry: Step, position: number) => void;
}

type Step = Extract<Entry, { type: "sitting" | "merge" }>;

export function Preview({ kind, documentId, at, entries, authorOf, onSelect }: PreviewProps) {
  const steps = useMemo(() => stepsOf(entries), [entries]);
  const scale = useMemo(() => new Scale(steps.map(stretchOf)), [steps]);
  const shown = at ?? steps.at(-1)?.position ?? 0;
  const [wanted, setWanted] = useState(shown);
  const [last, setLast] = useState(shown);
  // Whoever chooses elsewhere moves the slider too.
  if (last !== shown) {
    setLast(shown);
    setWanted(shown);
  }
  const index = scale.indexAt(wanted);
  const target = steps[index];
  useEffect(() => {
    if (wanted === shown || target === undefined) return undefined;
    const timer = setTimeout(() => onSelect(target, wanted), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [wanted, shown, target, onSelect]);
  // The thumb leads, the address follows when it rests.
  const state = useNewestState(documentId, wanted === shown ? at : wanted);
  // Out of the middle of an edit, the next one is its own end.
  const [earlier, later] = [
    steps[index - 1],
    target !== undefined && wanted < target.position ? target : steps[index + 1],
  ];
  return (
    <div className="preview">
      {scale.most > 0 && (
        <Scrubber
          label="Version"
          most={scale.most}
          value={scale.stepAt(wanted)}
          words={target === undefined ? "" : wordsOf(target, wanted, authorOf)}
          onChange={(step) => setWanted(scale.positionAt(step))}
          onEarlier={earlier === undefined ? null : () => setWanted(earlier.position)}
          onLater={later === undefined ? null : () => setWanted(later.position)}
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

/** What the slider goes through, the oldest first. */
function stepsOf(entries: readonly Entry[]): Step[] {
  return entries.filter((entry) => entry.type === "sitting" || entry.type === "merge").reverse();
}

function stretchOf(step: Step, index: number, steps: readonly Step[]) {
  const first = step.type === "sitting" ? step.sitting.first_position : step.position;
  const updates = step.type === "sitting" ? step.sitting.updates : 1;
  // What happened elsewhere before it is no version of this document; sittings of two people overlap.
  return { after: Math.max(steps[index - 1]?.position ?? 0, first - 1), until: step.position, updates };
}

function wordsOf(entry: Step, position: number, authorOf: PersonOf): string {
  if (entry.type === "merge") return `${entry.merge.branch_name} merged, ${momentInWords(entry.merge.at, new Date())}`;
  const { person_id: personId, started_at: startedAt, ended_at: endedAt } = entry.sitting;
  const { name } = authorOf(personId);
  return position < entry.position
    ? `Amid what ${name} did ${spanInWords(startedAt, endedAt, new Date())}`
    : `${name}, ${momentInWords(endedAt, new Date())}`;
}
