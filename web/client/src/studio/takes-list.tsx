// Every take of the song, the newest first, and those in the trash.
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { useLeadOn, type LeadOn } from "../ui/use-lead-on";
import { earlierChoicesInWords, type Engine } from "./engine-form";
import { Fold } from "./fold";
import type { Job } from "./job-progress";
import type { PlayerState } from "./player";
import { readJob } from "./studio-queries";
import { TakeRow } from "./take-row";
import { downloadsOf, isOutdated, type NumberedTake } from "./takes";
import "./takes-list.css";

/** Rows that are drawn at first, and that each press of "Show older" adds. */
const ROWS = 20;

export interface TakesListProps {
  takes: readonly NumberedTake[];
  jobs: readonly Job[];
  engines: readonly Engine[];
  nameOf: (personId: string) => string | null;
  song: { title: string; position: number | undefined };
  state: PlayerState;
  onPlay: (take: NumberedTake) => void;
  /** Null: this person may only listen. */
  commands: {
    reuse: (take: NumberedTake) => void;
    remove: (take: NumberedTake) => void;
    restore: (take: NumberedTake) => void;
  } | null;
}

export function TakesList({ takes, song, state, onPlay, commands, jobs, engines, nameOf }: TakesListProps) {
  const [rows, setRows] = useState(ROWS);
  const kept = takes.filter((take) => take.deleted_at === null);
  const deleted = takes.filter((take) => take.deleted_at !== null);
  const heading = useRef<HTMLHeadingElement>(null);
  const alongKept = useLeadOn((row) => row?.querySelector<HTMLElement>(".take__play") ?? heading.current);
  const alongDeleted = useLeadOn((row) => row?.querySelector("button") ?? heading.current);
  return (
    <section className="takes" aria-labelledby="takes-heading">
      <h2 ref={heading} id="takes-heading" tabIndex={-1}>
        Takes
      </h2>
      {kept.length === 0 ? (
        <EmptyState>
          {deleted.length > 0
            ? "Every take is in the trash."
            : commands === null
              ? "No takes yet. An editor can render the song; then you hear it here."
              : "No takes yet. What you render is kept here."}
        </EmptyState>
      ) : (
        <ol className="takes__rows" {...alongKept}>
          {kept.slice(0, rows).map((take) => (
            <RowWithRequester key={take.id} take={take} jobs={jobs} nameOf={nameOf}>
              {(requester) => (
                <TakeRow
                  take={take}
                  requester={requester}
                  choices={earlierChoicesInWords(engines, take)}
                  isOutdated={isOutdated(take, song.position)}
                  isLoaded={state.track?.id === take.id}
                  isPlaying={state.track?.id === take.id && state.wantsToPlay}
                  downloads={downloadsOf(take, song.title)}
                  onPlay={() => onPlay(take)}
                  onReuse={commands === null ? null : () => commands.reuse(take)}
                  onDelete={commands === null ? null : () => commands.remove(take)}
                />
              )}
            </RowWithRequester>
          ))}
        </ol>
      )}
      {kept.length > rows && <Button onPress={() => setRows(rows + ROWS)}>Show older takes</Button>}
      {deleted.length > 0 && <Trash takes={deleted} onRestore={commands?.restore ?? null} along={alongDeleted} />}
    </section>
  );
}

interface RequesterProps {
  take: NumberedTake;
  jobs: readonly Job[];
  nameOf: (personId: string) => string | null;
  children: (requester: string | null) => React.ReactNode;
}

/** A take is stored by a worker; who wanted it is a fact of its job. */
function RowWithRequester({ take, jobs, nameOf, children }: RequesterProps) {
  const listed = jobs.find((job) => job.id === take.job_id);
  const read = useQuery({
    queryKey: ["job-of-take", take.job_id],
    queryFn: async () => readJob(take.job_id),
    enabled: listed === undefined,
    staleTime: Infinity,
  });
  const job = listed ?? read.data;
  return children(job === undefined ? null : nameOf(job.requested_by));
}

function Trash({
  takes,
  onRestore,
  along,
}: {
  takes: readonly NumberedTake[];
  along: LeadOn;
  onRestore: ((take: NumberedTake) => void) | null;
}) {
  return (
    <Fold className="takes__trash" name={`In the trash (${takes.length})`}>
      <ul {...along}>
        {takes.map((take) => (
          <li key={take.id}>
            Take {take.number}
            {onRestore !== null && (
              <Button size="small" aria-label={`Restore take ${take.number}`} onPress={() => onRestore(take)}>
                Restore
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Fold>
  );
}
