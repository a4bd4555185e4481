// How far a job has come and how long it may still take: read from its events, so that a reload knows as much as before.
import type { Schemas } from "../api/client";
import { sentenceCase } from "./format";

export type Job = Schemas["JobItem"];
export type LogEvent = Schemas["EventItem"];

/** One attempt of a job, as its events tell it. */
export interface Attempt {
  number: number;
  startedAt: number;
  /** When the newest fraction was reported, and which: milliseconds since 1970, 0 to 1. */
  reports: readonly { at: number; fraction: number }[];
}

/** Under this fraction or time a rate says nothing. */
const FRACTION_MIN = 0.05;
const MEASURED_MS_MIN = 1500;
/** From this fraction on a job that takes longer than expected may be called almost done. */
const ALMOST_DONE = 0.9;
/** Above this many seconds an estimate is given in steps of five: a number that flickers is no help. */
const STEPS_ABOVE_S = 20;

/** The attempt that runs now; null when its start is not among the events. */
export function attemptOf(events: readonly LogEvent[], number: number): Attempt | null {
  const start = events.findLastIndex((event) => event.topic === "job.started" && event.data?.["attempt"] === number);
  const started = events[start];
  if (started === undefined) return null;
  const reports = events.slice(start).flatMap((event) => {
    const fraction = event.data?.["fraction"];
    if (event.topic !== "job.progressed" || typeof fraction !== "number") return [];
    return [{ at: Date.parse(event.recorded_at), fraction }];
  });
  return { number, startedAt: Date.parse(started.recorded_at), reports };
}

/** Seconds since the attempt began. */
export function elapsedSeconds(attempt: Attempt, now: number): number {
  return Math.max(0, (now - attempt.startedAt) / 1000);
}

/**
 * Seconds the attempt may still take; null: nobody can tell yet.
 *
 * The rate so far counts the more, the further the work is; before that, what such renders took lately.
 */
export function restSeconds(attempt: Attempt, usual_s: number | null, now: number): number | null {
  const measured = measuredTotal(attempt);
  const fraction = attempt.reports.at(-1)?.fraction ?? 0;
  const total = mixed(measured, usual_s, fraction);
  if (total === null) return null;
  const rest = total - elapsedSeconds(attempt, now);
  // What is over its time has shown that the expectation was wrong, e.g. after it was killed and began anew.
  return rest < 1 && fraction < ALMOST_DONE ? null : Math.max(0, rest);
}

/** "about 10 s left", "almost done"; null when nobody can tell. */
export function restInWords(rest_s: number | null): string | null {
  if (rest_s === null) return null;
  if (rest_s < 1) return "almost done";
  if (rest_s < STEPS_ABOVE_S) return `about ${Math.ceil(rest_s)} s left`;
  const stepped = Math.ceil(rest_s / 5) * 5;
  return stepped < 90 ? `about ${stepped} s left` : `about ${Math.round(stepped / 60)} min left`;
}

/** What renders of this song took, request to take: the median of the newest, which one long wait does not move. */
export function usualSeconds(pairs: readonly { requestedAt: string; doneAt: string }[]): number | null {
  const taken = pairs
    .slice(0, 5)
    .map(({ requestedAt, doneAt }) => (Date.parse(doneAt) - Date.parse(requestedAt)) / 1000)
    .filter((seconds) => seconds > 0 && seconds < 3600)
    .sort((a, b) => a - b);
  return taken[Math.floor(taken.length / 2)] ?? null;
}

export function isOver(job: Job): boolean {
  return job.status === "completed" || job.status === "failed" || job.status === "cancelled";
}

/** The stage an engine names, as a word for people. */
export function stageName(stage: string | null): string {
  if (stage === null || stage === "") return "Starting";
  return STAGES[stage] ?? sentenceCase(stage);
}

/** What engines here call their stages; others are shown as they are. */
const STAGES: Record<string, string> = {
  compose: "Composing",
  drums: "Playing drums",
  bass: "Playing bass",
  keys: "Playing keys",
  lead: "Singing the melody",
  master: "Mastering",
  write: "Writing files",
};

function measuredTotal(attempt: Attempt): number | null {
  const last = attempt.reports.findLast((report, index, all) => report.fraction > (all[index - 1]?.fraction ?? 0));
  if (last === undefined || last.fraction < FRACTION_MIN) return null;
  const spent_ms = last.at - attempt.startedAt;
  return spent_ms < MEASURED_MS_MIN ? null : spent_ms / 1000 / last.fraction;
}

function mixed(measured_s: number | null, usual_s: number | null, fraction: number): number | null {
  if (measured_s === null || usual_s === null) return measured_s ?? usual_s;
  return measured_s * fraction + usual_s * (1 - fraction);
}
