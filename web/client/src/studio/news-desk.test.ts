// News of jobs and takes reaches the lists exactly, in order, and only that of this song.
import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import type { LogEvent } from "../api/log-events";
import { shownJobs } from "./jobs-list";
import type { Job } from "./job-progress";
import { studioKeys, type JobList } from "./studio-queries";
import type { Take } from "./takes";
import { NewsDesk } from "./use-studio-news";

const SONG = "song";

function job(id: string, change: Partial<Job> = {}): Job {
  return {
    id,
    kind: "render",
    document_id: SONG,
    document_position: 1,
    parameters: {},
    seed: 1,
    requested_by: "ada",
    requested_at: "2026-11-21T10:00:00Z",
    status: "running",
    attempt: 1,
    failures: 0,
    due_at: null,
    worker: null,
    stage: "drums",
    fraction: 0.2,
    result: null,
    reason: null,
    final: false,
    cancel_requested: false,
    ...change,
  };
}

function news(topic: LogEvent["topic"], stream_id: string, data: LogEvent["data"] = null, position = 1): LogEvent {
  return { position, stream_id, topic, actor_id: "w", recorded_at: "2026-11-21T10:00:01Z", data };
}

function desk(jobs: Job[], answers: Job[] = []) {
  const client = new QueryClient();
  client.setQueryData<JobList>(studioKeys.jobs(SONG), { jobs, clockAhead_ms: 0 });
  client.setQueryData<Take[]>(studioKeys.takes(SONG), []);
  const readJob = vi.fn((id: string) => Promise.resolve(answers.shift() ?? job(id)));
  const readTake = vi.fn((id: string) => Promise.resolve({ id } as Take));
  const listed = () => client.getQueryData<JobList>(studioKeys.jobs(SONG))!.jobs;
  return { desk: new NewsDesk(client, SONG, { job: readJob, take: readTake }), client, readJob, readTake, listed };
}

afterEach(() => vi.useRealTimers());

/** Lets everything that waits for an answer go on. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

test("a render somebody asked for appears", async () => {
  const { desk: news_, listed } = desk([], [job("new", { status: "queued" })]);
  news_.receive(news("job.requested", "new", { document_id: SONG }));
  await settled();
  expect(listed().map(({ id, status }) => [id, status])).toEqual([["new", "queued"]]);
});

test("news of another song is none here", async () => {
  const { desk: news_, readJob, readTake } = desk([job("mine")]);
  news_.receive(news("job.requested", "x", { document_id: "other" }));
  news_.receive(news("job.completed", "x"));
  news_.receive(news("take.completed", "t", { document_id: "other" }));
  news_.receive(news("take.deleted", "t"));
  await settled();
  expect(readJob).not.toHaveBeenCalled();
  expect(readTake).not.toHaveBeenCalled();
});

test("progress moves the bar without asking, and never back", () => {
  const { desk: news_, listed, readJob } = desk([job("a")]);
  news_.receive(news("job.progressed", "a", { stage: "master", fraction: 0.8 }));
  news_.receive(news("job.progressed", "a", { stage: "master", fraction: 0.5 }));
  expect(listed()[0]).toMatchObject({ stage: "master", fraction: 0.8 });
  expect(readJob).not.toHaveBeenCalled();
});

test("a burst of news is one reading after the other, and ends with the newest", async () => {
  const { desk: news_, listed, readJob } = desk([job("a")], [job("a", { attempt: 2 }), job("a", { status: "failed" })]);
  for (const topic of ["job.interrupted", "job.started", "job.failed"] as const) news_.receive(news(topic, "a"));
  await settled();
  expect(readJob).toHaveBeenCalledTimes(2);
  expect(listed()[0]?.status).toBe("failed");
});

test("a take that was finished is listed before the list knows it", async () => {
  const { desk: news_, client } = desk([job("a")]);
  news_.receive(news("take.completed", "t", { document_id: SONG }));
  await settled();
  expect(client.getQueryData<Take[]>(studioKeys.takes(SONG))).toMatchObject([{ id: "t" }]);
});

test("an answer that somebody's own decision has overtaken does not undo what they see", async () => {
  // A decision of the moment in which an answer is asked for may be the later one.
  vi.useFakeTimers({ toFake: ["Date"] });
  const { desk: news_, client } = desk([job("a")]);
  const shown = [{ id: "t", deleted_at: "now" }] as Take[];
  client.setQueryData(studioKeys.takes(SONG), shown);
  let finish: () => void = () => undefined;
  const command = client.getMutationCache().build(client, {
    mutationKey: studioKeys.takeCommands(SONG),
    mutationFn: async () => new Promise<void>((resolve) => (finish = resolve)),
  });
  const done = command.execute({ id: "t" });
  news_.receive(news("take.deleted", "t"));
  await settled();
  expect(client.getQueryData(studioKeys.takes(SONG))).toEqual(shown);
  finish();
  await done;
  vi.advanceTimersByTime(1);
  news_.receive(news("take.restored", "t"));
  await settled();
  expect(client.getQueryData(studioKeys.takes(SONG))).toEqual([{ id: "t", known_at: Date.now() }]);
});

test("events are added to a job's history once, and in order", () => {
  const { desk: news_, client } = desk([job("a")]);
  client.setQueryData(studioKeys.jobEvents("a"), []);
  const events = () => client.getQueryData<{ position: number }[]>(studioKeys.jobEvents("a"))!.map((e) => e.position);
  for (const position of [4, 5, 5, 4])
    news_.receive(news("job.progressed", "a", { stage: "s", fraction: 0 }, position));
  expect(events()).toEqual([4, 5]);
});

test("after the page is left, late answers change nothing", async () => {
  const { desk: news_, listed } = desk([job("a")], [job("a", { status: "failed" })]);
  news_.receive(news("job.failed", "a"));
  news_.stop();
  await settled();
  expect(listed()[0]?.status).toBe("running");
});

test("renders under way are always shown; ended ones while they are news, unless dismissed", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const jobs = [
    job("running"),
    job("failed", { status: "failed" }),
    job("dismissed", { status: "cancelled" }),
    job("old", { status: "failed", requested_at: "2026-11-19T10:00:00Z" }),
    job("done", { status: "completed" }),
  ];
  const shown = shownJobs({ jobs, clockAhead_ms: 0 }, new Set(["dismissed"]), now);
  expect(shown.map(({ id }) => id)).toEqual(["running", "failed"]);
});
