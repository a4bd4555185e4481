// One render under way, or one that came to nothing: how far it is, why it ended, and what can be done.
import { RotateCcw, X } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { Button, IconButton } from "../ui/button";
import { ProgressBar } from "../ui/progress-bar";
import { clock } from "../ui/words";
import { ago, sentence } from "./format";
import { attemptOf, elapsedSeconds, isOver, restInWords, restSeconds, stageName, type Job } from "./job-progress";
import { jobEventsQuery } from "./studio-queries";
import { useNow } from "./use-now";
import "./job-card.css";

export interface JobCardProps {
  job: Job;
  /** Who asked for it; null: nobody here knows. */
  requester: string | null;
  /** Milliseconds the studio's clock is ahead of this one. */
  clockAhead_ms: number;
  /** What renders of this song usually take. */
  usual_s: number | null;
  /** Null: this person may not. */
  onCancel: (() => void) | null;
  onRetry: (() => void) | null;
  /** Takes the card of a job that is over off the page. */
  onDismiss: () => void;
}

export function JobCard(props: JobCardProps) {
  return (
    <article className="job" aria-label={`Render asked for by ${props.requester ?? "somebody"}`}>
      {isOver(props.job) ? <Ended {...props} /> : <UnderWay {...props} />}
    </article>
  );
}

function UnderWay({ job, requester, clockAhead_ms, usual_s, onCancel }: JobCardProps) {
  const now = useNow(1000) + clockAhead_ms;
  const events = useQuery(jobEventsQuery(job)).data;
  const attempt = job.status === "running" ? attemptOf(events ?? [], job.attempt) : null;
  const isWaiting = job.status === "queued";
  const rest = attempt === null ? null : restInWords(restSeconds(attempt, usual_s, now));
  const facts = [
    requester === null ? null : `for ${requester}`,
    attempt === null ? null : `${clock(elapsedSeconds(attempt, now))} so far`,
    job.cancel_requested ? null : rest,
    job.failures > 0 || job.attempt > 1 ? `attempt ${isWaiting ? job.attempt + 1 : job.attempt}` : null,
  ];
  return (
    <>
      <div className="job__row">
        <div className="job__bar">
          <ProgressBar label={labelOf(job)} fraction={isWaiting || job.cancel_requested ? null : job.fraction} />
        </div>
        {onCancel !== null && (
          <Button size="small" isDisabled={job.cancel_requested} onPress={onCancel}>
            {job.cancel_requested ? "Cancelling…" : "Cancel"}
          </Button>
        )}
      </div>
      <p className="job__facts">{facts.filter((fact) => fact !== null).join(" · ")}</p>
      {isWaiting && job.reason !== null && <p className="job__facts">{waitReason(job, now)}</p>}
    </>
  );
}

function Ended({ job, requester, clockAhead_ms, onRetry, onDismiss }: JobCardProps) {
  const now = useNow(30_000) + clockAhead_ms;
  const isFailed = job.status === "failed";
  return (
    <>
      <div className="job__row">
        <p className={isFailed ? "job__title job__title--failed" : "job__title"}>
          {isFailed ? "This render failed." : "This render was cancelled."}
        </p>
        <IconButton label="Take off the list" size="small" icon={<X size={16} aria-hidden />} onPress={onDismiss} />
      </div>
      {isFailed && job.reason !== null && <p className="job__reason">{sentence(job.reason)}</p>}
      {isFailed && job.final && (
        <p className="job__facts">
          Trying again unchanged cannot help. Change the settings
          {job.document_id === null ? (
            ""
          ) : (
            <>
              {" "}
              or <Link href={`/songs/${job.document_id}`}>the song</Link>
            </>
          )}
          , then render anew.
        </p>
      )}
      <div className="job__row">
        <p className="job__facts">
          {[requester === null ? null : `for ${requester}`, ago(job.requested_at, now)].filter(Boolean).join(" · ")}
        </p>
        {onRetry !== null && !(isFailed && job.final) && (
          <Button size="small" icon={<RotateCcw size={14} aria-hidden />} onPress={onRetry}>
            {isFailed ? "Try again" : "Render after all"}
          </Button>
        )}
      </div>
    </>
  );
}

function labelOf(job: Job): string {
  if (job.cancel_requested) return "Cancelling";
  return job.status === "queued" ? "Waiting for a worker" : stageName(job.stage);
}

/** Why a job that was begun waits again, and for how long. */
function waitReason(job: Job, now: number): string {
  const wait_s = job.due_at === null ? 0 : Math.ceil((Date.parse(job.due_at) - now) / 1000);
  const again = wait_s > 0 ? `Trying again in ${clock(wait_s)}.` : "Trying again.";
  return `${again} ${sentence(job.reason ?? "")}`;
}
