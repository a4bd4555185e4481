// Says aloud what became of this person's renders, whichever way the page learnt of it.
import { useEffect, useRef, useState } from "react";
import { sentence } from "./format";
import { isOver, type Job } from "./job-progress";
import type { NumberedTake } from "./takes";

/** The newest announcement; empty until there is one. `onReady` is told the id of each take of a render of theirs. */
export function useAnnouncements(
  jobs: readonly Job[] | undefined,
  takes: readonly NumberedTake[],
  personId: string | undefined,
  onReady: (takeId: string) => void,
): string {
  const [said, setSaid] = useState("");
  const underWay = useRef<ReadonlySet<string> | null>(null);
  const tell = useRef(onReady);
  useEffect(() => {
    tell.current = onReady;
  });
  useEffect(() => {
    if (jobs === undefined) return;
    const before = underWay.current;
    // A finished job whose take is not listed yet is announced with its number, as soon as that is known.
    const isAwaited = (job: Job) => !isOver(job) || (job.status === "completed" && numberOf(job, takes) === null);
    const ended = jobs.filter((job) => before?.has(job.id) === true && !isAwaited(job));
    const stillThere = jobs.filter((job) => isAwaited(job) && (!isOver(job) || before?.has(job.id) === true));
    underWay.current = new Set(stillThere.map((job) => job.id));
    for (const job of ended.filter((candidate) => candidate.requested_by === personId)) {
      setSaid(announcementOf(job, takes));
      const takeId = takeIdOf(job);
      if (takeId !== null) tell.current(takeId);
    }
  }, [jobs, takes, personId]);
  return said;
}

/** The take a finished render made. */
function takeIdOf(job: Job): string | null {
  const id = job.result?.["take_id"];
  return job.status === "completed" && typeof id === "string" ? id : null;
}

function announcementOf(job: Job, takes: readonly NumberedTake[]): string {
  if (job.status === "failed") return `The render failed. ${sentence(job.reason ?? "")}`.trim();
  if (job.status === "cancelled") return "The render is cancelled.";
  return `Take ${numberOf(job, takes) ?? ""} is ready.`;
}

function numberOf(job: Job, takes: readonly NumberedTake[]): number | null {
  return takes.find((take) => take.id === takeIdOf(job))?.number ?? null;
}
