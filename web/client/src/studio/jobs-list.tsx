// The renders of this song that are under way, and those that came to nothing lately.
import { useState } from "react";
import { dismissedJobs, dismissJob, NEWS_MS } from "./dismissed";
import { JobCard } from "./job-card";
import { isOver, type Job } from "./job-progress";
import type { JobList } from "./studio-queries";
import "./jobs-list.css";

/** Ended renders that are shown at once. */
const ENDED_MAX = 3;

export interface JobsListProps {
  list: JobList;
  nameOf: (personId: string) => string | null;
  usual_s: number | null;
  /** Null: this person may not. */
  commands: { cancel: (jobId: string) => void; retry: (jobId: string) => void } | null;
}

export function JobsList({ list, nameOf, usual_s, commands }: JobsListProps) {
  const [dismissed, setDismissed] = useState(dismissedJobs);
  const shown = shownJobs(list, dismissed, Date.now());
  if (shown.length === 0) return null;
  return (
    <section className="jobs" aria-label="Renders">
      {shown.map((job) => (
        <JobCard
          key={job.id}
          job={job}
          requester={nameOf(job.requested_by)}
          clockAhead_ms={list.clockAhead_ms}
          usual_s={usual_s}
          onCancel={commands === null ? null : () => commands.cancel(job.id)}
          onRetry={commands === null ? null : () => commands.retry(job.id)}
          onDismiss={() => setDismissed(dismissJob(job.id))}
        />
      ))}
    </section>
  );
}

/** All that are under way, and the newest that failed or were cancelled. A retried one is under way again. */
export function shownJobs(list: JobList, dismissed: ReadonlySet<string>, now: number): Job[] {
  const since = now + list.clockAhead_ms - NEWS_MS;
  const ended = list.jobs
    .filter((job) => job.status === "failed" || job.status === "cancelled")
    .filter((job) => !dismissed.has(job.id) && Date.parse(job.requested_at) > since);
  return [...list.jobs.filter((job) => !isOver(job)), ...ended.slice(0, ENDED_MAX)];
}
