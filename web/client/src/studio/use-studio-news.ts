// News of this song's jobs and takes. Each is then read exactly: lists are a moment behind what the news tells.
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLogEvents, type LogEvent as News, type Topic } from "../api/log-events";
import type { Job, LogEvent } from "./job-progress";
import { keepJob, keepTake, readJob, readTake, studioKeys, type JobList } from "./studio-queries";
import type { Take } from "./takes";

const TOPICS: readonly Topic[] = [
  "job.requested",
  "job.started",
  "job.progressed",
  "job.completed",
  "job.failed",
  "job.retry_scheduled",
  "job.cancel_requested",
  "job.cancelled",
  "job.interrupted",
  "take.completed",
  "take.deleted",
  "take.restored",
];

/** Keeps the lists of this song's jobs and takes true while the page is open. */
export function useStudioNews(songId: string): void {
  const client = useQueryClient();
  const [desk] = useState(() => new NewsDesk(client, songId));
  useEffect(() => () => desk.stop(), [desk]);
  useLogEvents(
    { topics: TOPICS },
    (event) => desk.receive(event),
    () => desk.beginAgain(),
  );
}

/** Turns events into what the caches hold. */
export class NewsDesk {
  private readonly reads = new Map<string, { isOld: boolean }>();
  private isStopped = false;

  constructor(
    private readonly client: QueryClient,
    private readonly songId: string,
    private readonly read: { job: typeof readJob; take: typeof readTake } = { job: readJob, take: readTake },
  ) {}

  receive(event: News): void {
    this.isStopped = false;
    if (event.topic.startsWith("take.")) {
      if (this.isOurTake(event)) this.readSoon(event.stream_id, async (id) => this.takeTake(id));
      return;
    }
    if (!this.isOurJob(event)) return;
    this.remember(event);
    if (event.topic === "job.progressed") this.move(event);
    else this.readSoon(event.stream_id, async (id) => this.takeJob(id));
  }

  /** Events may have been missed. */
  beginAgain(): void {
    const keys = [studioKeys.jobs(this.songId), studioKeys.takes(this.songId), ["job-events"]];
    for (const queryKey of keys) void this.client.invalidateQueries({ queryKey });
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Reads once at a time, and once more when there was news meanwhile: answers never arrive in the wrong order. */
  private readSoon(id: string, read: (id: string) => Promise<void>): void {
    const running = this.reads.get(id);
    if (running !== undefined) {
      running.isOld = true;
      return;
    }
    const own = { isOld: false };
    this.reads.set(id, own);
    // What cannot be read now is read with the lists, every few seconds.
    const finish = () => {
      this.reads.delete(id);
      if (own.isOld && !this.isStopped) this.readSoon(id, read);
    };
    read(id).then(finish, finish);
  }

  private async takeJob(id: string): Promise<void> {
    const job = await this.read.job(id);
    if (!this.isStopped) keepJob(this.client, this.songId, job);
  }

  private async takeTake(id: string): Promise<void> {
    const asked = Date.now();
    const take = await this.read.take(id);
    // What somebody here has decided meanwhile is shown already, and has news of its own: an older answer would flicker.
    if (!this.isStopped && !this.isOvertaken(id, asked)) keepTake(this.client, this.songId, take);
  }

  private isOvertaken(takeId: string, since: number): boolean {
    const mutationKey = studioKeys.takeCommands(this.songId);
    return this.client
      .getMutationCache()
      .findAll({ mutationKey })
      .filter(({ state }) => (state.variables as Take | undefined)?.id === takeId)
      .some(({ state }) => state.status === "pending" || state.submittedAt >= since);
  }

  /** Progress says all there is to know; asking would double the traffic. */
  private move(event: News): void {
    const job = this.jobs().find((candidate) => candidate.id === event.stream_id);
    const { stage, fraction } = event.data ?? {};
    if (job?.status !== "running" || typeof fraction !== "number" || typeof stage !== "string") return;
    keepJob(this.client, this.songId, { ...job, stage, fraction: Math.max(job.fraction, fraction) });
  }

  /** Adds the event to the job's history, if that was asked for. */
  private remember(event: News): void {
    const whole: LogEvent = { version: 0, bytes: null, update: null, ...event };
    this.client.setQueryData<LogEvent[]>(studioKeys.jobEvents(event.stream_id), (events) =>
      events === undefined || events.some(({ position }) => position >= event.position) ? events : [...events, whole],
    );
  }

  private isOurJob(event: News): boolean {
    if (event.topic === "job.requested") return event.data?.["document_id"] === this.songId;
    return this.jobs().some((job) => job.id === event.stream_id);
  }

  private isOurTake(event: News): boolean {
    if (event.topic === "take.completed") return event.data?.["document_id"] === this.songId;
    const takes = this.client.getQueryData<Take[]>(studioKeys.takes(this.songId));
    return takes?.some((take) => take.id === event.stream_id) === true;
  }

  private jobs(): readonly Job[] {
    return this.client.getQueryData<JobList>(studioKeys.jobs(this.songId))?.jobs ?? [];
  }
}
