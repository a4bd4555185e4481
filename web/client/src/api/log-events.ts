// News from the studio: one event stream for the whole tab, open while somebody listens and the tab is looked at.
import { useEffect, useRef } from "react";
import { api } from "./client";

/** Every type of event that the client can follow. */
export const TOPICS = [
  "document.created",
  "document.updated",
  "document.trashed",
  "document.restored",
  "version.named",
  "version.removed",
  "branch.opened",
  "branch.renamed",
  "branch.review_requested",
  "branch.approved",
  "branch.changes_requested",
  "branch.review_withdrawn",
  "branch.merged",
  "branch.closed",
  "branch.reopened",
  "comment.added",
  "comment.replied",
  "comment.edited",
  "comment.removed",
  "comment.resolved",
  "comment.reopened",
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
  "member.invited",
  "member.joined",
  "member.role_changed",
  "member.removed",
  "member.signed_out",
  "token.issued",
  "token.revoked",
] as const;
export type Topic = (typeof TOPICS)[number];

/** One stored event, as the API tells it. */
export interface LogEvent {
  position: number;
  stream_id: string;
  topic: Topic;
  actor_id: string;
  recorded_at: string;
  data: Record<string, unknown> | null;
}

export interface LogFilter {
  topics: readonly Topic[];
  /** Only about this document, job or take. */
  streamId?: string;
}

interface Listener {
  filter: LogFilter;
  onEvent: (event: LogEvent) => void;
  /** The stream begins (again): what happened before is not told, so read what it would have changed. */
  onGap: () => void;
}

/** A tab nobody looks at lets go of its connection: browsers allow six for all tabs together. */
const CLOSES_HIDDEN_AFTER_MS = 30_000;
const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 60_000;

/** What the stream needs of the browser. */
export interface StreamHost {
  open: (url: string) => EventSource;
  /** Asks who is signed in; a refusal is told to everybody who listens for that. */
  checkSignedIn: () => Promise<unknown>;
  isHidden: () => boolean;
}

export class LogEvents {
  private readonly listeners = new Set<Listener>();
  private source: EventSource | null = null;
  private openTopics = "";
  private position: number | null = null;
  private failures = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  private isQueued = false;

  constructor(private readonly host: StreamHost) {}

  /** Listens; returns how to stop. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    this.adjustSoon();
    return () => {
      this.listeners.delete(listener);
      this.adjustSoon();
    };
  }

  /** The tab was hidden or shown. */
  visibilityChanged(): void {
    clearTimeout(this.hiddenTimer);
    if (this.host.isHidden()) {
      this.hiddenTimer = setTimeout(() => this.close(), CLOSES_HIDDEN_AFTER_MS);
      return;
    }
    if (this.source === null && this.listeners.size > 0) this.startAnew();
  }

  /** Several components mount at once: one connection for all of them, not one each. */
  private adjustSoon(): void {
    if (this.isQueued) return;
    this.isQueued = true;
    queueMicrotask(() => {
      this.isQueued = false;
      this.adjust();
    });
  }

  private adjust(): void {
    const topics = this.wantedTopics();
    if (topics.length === 0) {
      this.close();
      return;
    }
    if (topics.join() === this.openTopics) return;
    // While it waits to try again, what is wanted is read when it does.
    if (this.retryTimer === undefined && !(this.host.isHidden() && this.source === null)) this.open(topics);
  }

  private wantedTopics(): Topic[] {
    const wanted = new Set([...this.listeners].flatMap((listener) => listener.filter.topics));
    return TOPICS.filter((topic) => wanted.has(topic));
  }

  private open(topics: readonly Topic[]): void {
    this.source?.close();
    this.openTopics = topics.join();
    const query = new URLSearchParams(topics.map((topic) => ["topic", topic]));
    if (this.position !== null) query.set("after", String(this.position));
    const source = this.host.open(`/api/v1/events/stream?${query.toString()}`);
    this.source = source;
    source.onopen = () => {
      this.failures = 0;
      for (const { onGap } of [...this.listeners]) onGap();
    };
    // The browser comes back by itself after a cut, with its position; it gives up only when it is refused.
    source.onerror = () => {
      if (source === this.source && source.readyState === EventSource.CLOSED) this.refused();
    };
    for (const topic of topics)
      source.addEventListener(topic, (message: MessageEvent<string>) => this.received(message));
  }

  private received(message: MessageEvent<string>): void {
    const event = JSON.parse(message.data) as LogEvent;
    this.position = event.position;
    for (const { filter, onEvent } of [...this.listeners]) {
      const isAbout = filter.streamId === undefined || filter.streamId === event.stream_id;
      if (isAbout && filter.topics.includes(event.topic)) onEvent(event);
    }
  }

  /** Signed out, too many streams, or a position the log does not have: ask, wait, begin anew. */
  private refused(): void {
    this.close();
    const wait = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** this.failures++) * (0.5 + Math.random());
    this.retryTimer = setTimeout(() => {
      this.retryTimer = undefined;
      void this.host.checkSignedIn().then(
        () => this.startAnew(),
        () => this.listeners.size > 0 && this.refused(),
      );
    }, wait);
  }

  private startAnew(): void {
    const topics = this.wantedTopics();
    if (topics.length === 0) return;
    this.position = null;
    this.open(topics);
  }

  private close(): void {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.source?.close();
    this.source = null;
    this.openTopics = "";
  }
}

let shared: LogEvents | null = null;

/** The stream of this tab. */
function sharedEvents(): LogEvents {
  if (shared !== null) return shared;
  const events = new LogEvents({
    open: (url) => new EventSource(url),
    checkSignedIn: () => api.GET("/api/v1/me"),
    isHidden: () => document.hidden,
  });
  document.addEventListener("visibilitychange", () => events.visibilityChanged());
  shared = events;
  return events;
}

/** Hears of what happens in the studio from now on; returns how to stop. */
export function listenToLog(listener: Listener): () => void {
  return typeof EventSource === "undefined" ? () => undefined : sharedEvents().listen(listener);
}

/**
 * Calls `onEvent` with what happens in the studio from now on, while the component is mounted.
 *
 * `onGap` says that the stream begins, at first or again: what happened before is not told. Read it.
 */
export function useLogEvents(filter: LogFilter, onEvent: (event: LogEvent) => void, onGap?: () => void): void {
  const newest = useRef({ onEvent, onGap });
  useEffect(() => {
    newest.current = { onEvent, onGap };
  });
  const topics = filter.topics.join();
  const { streamId } = filter;
  useEffect(() => {
    return listenToLog({
      filter: { topics: topics.split(",") as Topic[], ...(streamId === undefined ? {} : { streamId }) },
      onEvent: (event) => newest.current.onEvent(event),
      onGap: () => newest.current.onGap?.(),
    });
  }, [topics, streamId]);
}
