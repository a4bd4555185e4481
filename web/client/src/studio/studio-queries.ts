// What the studio asks the API for.
import { queryOptions, skipToken, type QueryClient } from "@tanstack/react-query";
import { api, dataOf, Problem, problemOf, type Schemas } from "../api/client";
import { readSungWords, type SungWord } from "./follow";
import { isOver, type Job, type LogEvent } from "./job-progress";
import { outlineOf, readOutline, type Outline } from "./waveform";
import { fileOf, type DeletableTake, type Take } from "./takes";

/** The most the API puts on a page. */
const PAGE_ITEMS = 200;
/** Jobs that are shown: those under way, and what became of the last ones. */
const JOBS_SHOWN = 30;
/** Audio beyond this is not fetched only to draw it. */
const DECODED_BYTES_MAX = 64_000_000;
const OUTLINE_POINTS = 1600;
/** How often lists are read again although no event asked for it, in case one was missed. */
const SAFETY_NET_BUSY_MS = 5000;
const SAFETY_NET_MS = 60_000;
/** Lists are less than this behind the log; what is known exactly and newer stays. */
const LISTS_BEHIND_MS = 15_000;
/** How soon "the song has changed since" shows: edits are too many to follow each. */
const SONG_READ_EVERY_MS = 10_000;
/** The page itself says what went wrong. */
const INLINE = { inline: true };
/** Answers about one asset or one engine do not change. */
const FOR_EVER = Infinity;

export const studioKeys = {
  song: (songId: string) => ["documents", songId] as const,
  takes: (songId: string) => ["takes", songId] as const,
  takeCommands: (songId: string) => ["take-commands", songId] as const,
  jobs: (songId: string) => ["jobs", songId] as const,
  jobEvents: (jobId: string) => ["job-events", jobId] as const,
};

/** The song as it is now. Fails with 404 for a document of another kind: it has no studio. */
export function songQuery(songId: string) {
  return queryOptions({
    queryKey: [...studioKeys.song(songId), "song"],
    queryFn: async ({ signal }): Promise<Song> => {
      const params = { path: { document_id: songId } };
      const document = dataOf(await api.GET("/api/v1/documents/{document_id}", { params, signal }));
      if (document.kind !== "song") throw new Problem(404, "Only songs have a studio.");
      return document;
    },
    refetchInterval: SONG_READ_EVERY_MS,
    meta: INLINE,
  });
}

export type Song = Schemas["SongState"];

/** A take, and since when it is known better than the lists have it: milliseconds; null or left out: it is not. */
export interface KnownTake extends DeletableTake {
  known_at?: number | null;
}

/** Every take of the song, those in the trash too: they count in the numbers of the others. */
export function takesQuery(songId: string) {
  return queryOptions({
    queryKey: studioKeys.takes(songId),
    queryFn: async ({ signal, client }): Promise<KnownTake[]> => {
      const [kept, deleted] = await Promise.all([allTakes(songId, false, signal), allTakes(songId, true, signal)]);
      const known = client.getQueryData<KnownTake[]>(studioKeys.takes(songId)) ?? [];
      return unlessKnownBetter([...kept, ...deleted], known);
    },
  });
}

/** Jobs of one song, the newest first. */
export interface JobList {
  jobs: Job[];
  /** How far the studio's clock is ahead of this browser's. */
  clockAhead_ms: number;
}

/** The newest jobs of the song. The list is a moment behind; those under way are read exactly. */
export function jobsQuery(songId: string) {
  return queryOptions({
    queryKey: studioKeys.jobs(songId),
    queryFn: async ({ signal, client }): Promise<JobList> => {
      const query = { document_id: songId, limit: JOBS_SHOWN };
      const answer = await api.GET("/api/v1/render_jobs", { params: { query }, signal });
      const listed = dataOf(answer).items;
      const known = client.getQueryData<JobList>(studioKeys.jobs(songId))?.jobs ?? [];
      const jobs = await Promise.all(listed.map(async (job) => (isOver(job) ? job : readJob(job.id))));
      const clockAhead_ms = clockAhead(answer.response, Date.now());
      return { jobs: [...newcomers(known, listed, "requested_at", clockAhead_ms), ...jobs], clockAhead_ms };
    },
    refetchInterval: (query) =>
      query.state.data?.jobs.some((job) => !isOver(job)) === true ? SAFETY_NET_BUSY_MS : SAFETY_NET_MS,
  });
}

/** The job as the log has it now. */
export async function readJob(jobId: string): Promise<Job> {
  return dataOf(await api.GET("/api/v1/render_jobs/{job_id}", { params: { path: { job_id: jobId } } }));
}

/** The take as the log has it now. */
export async function readTake(takeId: string): Promise<Take> {
  return dataOf(await api.GET("/api/v1/takes/{take_id}", { params: { path: { take_id: takeId } } }));
}

/** Puts a job that was read exactly into the list. */
export function keepJob(client: QueryClient, songId: string, job: Job): void {
  client.setQueryData<JobList>(studioKeys.jobs(songId), (list) => ({
    clockAhead_ms: list?.clockAhead_ms ?? 0,
    jobs: kept(list?.jobs ?? [], job),
  }));
}

/** Puts a take that was read exactly into the list, if the list is there. */
export function keepTake(client: QueryClient, songId: string, take: Take): void {
  const known: KnownTake = { ...take, known_at: Date.now() };
  client.setQueryData<KnownTake[]>(studioKeys.takes(songId), (takes) => takes && kept(takes, known));
}

/** Everything that happened to a job: when its attempts began, what they reported. */
export function jobEventsQuery(job: Job) {
  return queryOptions({
    queryKey: studioKeys.jobEvents(job.id),
    queryFn: async ({ signal }) => {
      const events: LogEvent[] = [];
      // Nothing of a job is older than the edit it renders.
      let after = Math.max(0, job.document_position - 1);
      for (let more = true; more;) {
        const query = { stream_id: [job.id], after, limit: PAGE_ITEMS };
        const page = dataOf(await api.GET("/api/v1/events", { params: { query }, signal }));
        events.push(...page.events);
        more = page.more && page.position > after;
        after = page.position;
      }
      return events;
    },
    meta: INLINE,
  });
}

/** The song as it was at a position: what a take was made from. */
export function songAtQuery(songId: string, position: number, isNeeded: boolean) {
  return queryOptions({
    queryKey: ["song-at", songId, position],
    queryFn: async ({ signal }): Promise<Song | null> => {
      const params = { path: { document_id: songId, position: String(position) } };
      const document = dataOf(await api.GET("/api/v1/documents/{document_id}/at/{position}", { params, signal }));
      return document.kind === "song" ? document : null;
    },
    enabled: isNeeded,
    staleTime: FOR_EVER,
    meta: INLINE,
  });
}

export const enginesQuery = queryOptions({
  queryKey: ["engines"],
  queryFn: async () => dataOf(await api.GET("/api/v1/engines")).items,
  staleTime: FOR_EVER,
});

/** The outline of a take's sound: from its `peaks` file, else from the sound itself; null: it cannot be drawn. */
export function outlineQuery(take: Take | null, source: string | null) {
  return queryOptions({
    queryKey: ["outline", take?.id ?? ""],
    queryFn: take === null ? skipToken : async ({ signal }) => loadOutline(take, source, signal),
    staleTime: FOR_EVER,
    meta: INLINE,
  });
}

/** When the take sings which word; null: its engine did not say. */
export function sungWordsQuery(take: Take | null) {
  return queryOptions({
    queryKey: ["sung-words", take?.id ?? ""],
    queryFn:
      take === null
        ? skipToken
        : async ({ signal }): Promise<SungWord[] | null> => {
            const file = fileOf(take, "lyrics");
            return file === undefined ? null : readSungWords(await json(file.url, signal));
          },
    staleTime: FOR_EVER,
    meta: INLINE,
  });
}

function kept<Item extends { id: string }>(list: readonly Item[], item: Item): Item[] {
  const isListed = list.some((other) => other.id === item.id);
  return isListed ? list.map((other) => (other.id === item.id ? item : other)) : [item, ...list];
}

/**
 * What the lists say, except of takes about which somebody has decided just now: a list that is a moment behind would
 * take a restored take away again. Both lists are read side by side, so that a take on its way may stand in neither.
 */
function unlessKnownBetter(listed: readonly Take[], known: readonly KnownTake[]): KnownTake[] {
  const since = Date.now() - LISTS_BEHIND_MS;
  const better = known.filter(({ known_at }) => (known_at ?? 0) > since);
  const ids = new Set(better.map(({ id }) => id));
  const others = listed.filter(({ id }) => !ids.has(id));
  return [...newcomers(known, [...better, ...others], "created_at", 0), ...better, ...others];
}

/** What is known and so new that the list may not have it yet. */
function newcomers<Name extends string, Item extends { id: string } & Record<Name, string>>(
  known: readonly Item[],
  listed: readonly Item[],
  when: Name,
  clockAhead_ms: number,
): Item[] {
  const since = Date.now() + clockAhead_ms - LISTS_BEHIND_MS;
  const ids = new Set(listed.map((item) => item.id));
  return known.filter((item) => !ids.has(item.id) && Date.parse(item[when]) > since);
}

async function allTakes(songId: string, deleted: boolean, signal: AbortSignal): Promise<Take[]> {
  const takes: Take[] = [];
  for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null; isFirst = false) {
    const query = { document_id: songId, deleted, limit: PAGE_ITEMS, ...(cursor === null ? {} : { cursor }) };
    const page: { items: Take[]; next_cursor: string | null } = dataOf(
      await api.GET("/api/v1/takes", { params: { query }, signal }),
    );
    takes.push(...page.items);
    cursor = page.next_cursor;
  }
  return takes;
}

async function loadOutline(take: Take, source: string | null, signal: AbortSignal): Promise<Outline | null> {
  const file = fileOf(take, "peaks");
  const outline = file === undefined ? null : readOutline(await json(file.url, signal));
  if (outline !== null || source === null) return outline;
  const mix = take.files.find((candidate) => candidate.url === source);
  return mix === undefined || mix.bytes > DECODED_BYTES_MAX ? null : decodedOutline(source, signal);
}

async function decodedOutline(source: string, signal: AbortSignal): Promise<Outline | null> {
  const bytes = await (await fetched(source, signal)).arrayBuffer();
  try {
    const audio = await new OfflineAudioContext(1, 1, 44_100).decodeAudioData(bytes);
    const channels = Array.from({ length: audio.numberOfChannels }, (_, channel) => audio.getChannelData(channel));
    return outlineOf(channels, OUTLINE_POINTS);
  } catch {
    // Not every browser decodes every format: the player then shows a plain bar.
    return null;
  }
}

async function json(url: string, signal: AbortSignal): Promise<unknown> {
  return (await fetched(url, signal)).json();
}

async function fetched(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new Problem(0, "The studio does not answer. Try again in a moment.");
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** The `Date` of an answer is whole seconds: smaller differences count as none. */
function clockAhead(response: Response, now: number): number {
  const said = Date.parse(response.headers.get("Date") ?? "");
  const ahead = said - now;
  return Number.isFinite(ahead) && Math.abs(ahead) > 2000 ? ahead : 0;
}
