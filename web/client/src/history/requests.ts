// What the history pages ask the API for. All of it lies under one key for each document, so that news can make it old.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client";
import { joinedSpans } from "./text-lines";
import type { Undo } from "./undoing";

export type TimelineEntry = Schemas["TimelinePage"]["items"][number];
export type EntryKind = TimelineEntry["kind"];
export type Sitting = Schemas["TimelineItem"];
/** All or some of a branch came into the document. */
export type Merge = Schemas["TimelineMerge"];
/** Something that is no edit: what was decided about a branch, a thread of comments. */
export type Moment = Schemas["TimelineReview"] | Schemas["TimelineComment"];
export type Version = Schemas["VersionItem"];
export type Diff = Schemas["Diff"];
export type Change = Schemas["DiffChange"];
export type Span = Schemas["DiffSpan"];
export type Author = Schemas["Author"];
export type RevertPreview = Schemas["RevertPreview"];
export type Superseded = Schemas["Superseded"];
export type BlameRun = Schemas["BlameRun"];
export type DocumentState = Schemas["DocumentState"];
/** The content of a document by its fields, with what the API adds beside it. */
export type Content = Readonly<Record<string, unknown>>;

/** A document was brought back to what it said before. */
export interface Revert {
  /** Where the edit that did it is stored. */
  position: number;
  /** The position whose content came back. */
  to: number;
  personId: string;
  at: string;
  /** The version that keeps what was there before. */
  beforeVersionId: string | null;
  /** Whether something was taken back and everything else kept. */
  isUndo: boolean;
}

const ENTRIES_ASKED = 30;
const VERSIONS_ASKED = 200;
const EVENTS_ASKED = 200;
/** What was, stays as it was. */
const FOR_EVER = Infinity;
const INLINE = { inline: true };

export const historyKeys = {
  all: (id: string) => ["history", id] as const,
  timeline: (id: string) => ["history", id, "timeline"] as const,
  versions: (id: string) => ["history", id, "versions"] as const,
  reverts: (id: string) => ["history", id, "reverts"] as const,
};

/** What the timeline asks for. */
export interface EntriesFilter {
  /** Null: all kinds. */
  kinds: EntryKind[] | null;
  personId: string | null;
  path: string | null;
  /** A moment; null: since ever. */
  since: string | null;
}

export function timelineQuery(id: string, filter: EntriesFilter) {
  return infiniteQueryOptions({
    queryKey: [...historyKeys.timeline(id), filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        limit: ENTRIES_ASKED,
        ...(filter.kinds === null ? {} : { kind: filter.kinds }),
        ...(filter.personId === null ? {} : { person_id: filter.personId }),
        ...(filter.path === null ? {} : { path: filter.path }),
        ...(filter.since === null ? {} : { since: filter.since }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      };
      const params = { path: { document_id: id }, query };
      return dataOf(await api.GET("/api/v1/documents/{document_id}/history", { params, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    staleTime: FOR_EVER,
    refetchOnWindowFocus: false,
    meta: INLINE,
  });
}

/** The versions of a document, the newest first. */
export function versionsQuery(id: string) {
  return queryOptions({
    queryKey: historyKeys.versions(id),
    queryFn: async ({ signal }) => {
      const found: Version[] = [];
      for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null; isFirst = false) {
        const query = { limit: VERSIONS_ASKED, ...(cursor === null ? {} : { cursor }) };
        const params = { path: { document_id: id }, query };
        const page: Schemas["VersionPage"] = dataOf(
          await api.GET("/api/v1/documents/{document_id}/versions", { params, signal }),
        );
        found.push(...page.items);
        cursor = page.next_cursor;
      }
      return found;
    },
    meta: INLINE,
  });
}

/** Every time somebody brought an earlier version back. */
export function revertsQuery(id: string) {
  return queryOptions({
    queryKey: historyKeys.reverts(id),
    queryFn: async ({ signal }) => {
      const found: Revert[] = [];
      for (let after = 0, more = true; more;) {
        const query = { stream_id: [id], topic: ["document.reverted"], after, limit: EVENTS_ASKED };
        const page = dataOf(await api.GET("/api/v1/events", { params: { query }, signal }));
        found.push(...page.events.flatMap((event) => revertOf(event) ?? []));
        more = page.more && page.position > after;
        after = page.position;
      }
      return found;
    },
    meta: INLINE,
  });
}

/** What leads from one position to another; `to` null: now. What was shown stays until the answer is there. */
export function diffQuery(id: string, from: number, to: number | null) {
  return queryOptions({
    queryKey: [...historyKeys.all(id), "diff", from, to],
    queryFn: async ({ signal }) => {
      const params = { path: { document_id: id }, query: { from, ...(to === null ? {} : { to }) } };
      const diff = dataOf(await api.GET("/api/v1/documents/{document_id}/diff", { params, signal }));
      return { ...diff, changes: diff.changes.map((change) => ({ ...change, spans: joinedSpans(change.spans) })) };
    },
    staleTime: FOR_EVER,
    meta: INLINE,
  });
}

/** The document at a position; null: now. */
export function stateQuery(id: string, position: number | null) {
  return queryOptions({
    queryKey: [...historyKeys.all(id), "state", position],
    queryFn: async ({ signal }) => {
      if (position === null) {
        const params = { path: { document_id: id } };
        return dataOf(await api.GET("/api/v1/documents/{document_id}", { params, signal }));
      }
      const params = { path: { document_id: id, position: String(position) } };
      return dataOf(await api.GET("/api/v1/documents/{document_id}/at/{position}", { params, signal }));
    },
    staleTime: FOR_EVER,
    meta: INLINE,
  });
}

/** Who wrote each word of a text. */
export function blameQuery(id: string, path: string, at: number | null) {
  return queryOptions({
    queryKey: [...historyKeys.all(id), "blame", path, at],
    queryFn: async ({ signal }) => {
      const params = { path: { document_id: id }, query: { path, ...(at === null ? {} : { at }) } };
      return dataOf(await api.GET("/api/v1/documents/{document_id}/blame", { params, signal }));
    },
    staleTime: FOR_EVER,
    meta: INLINE,
  });
}

/** What taking something back would do now; asked for afresh whenever somebody looks. */
export function undoPreviewQuery(id: string, undo: Undo) {
  return queryOptions({
    queryKey: [...historyKeys.all(id), "undo", undo],
    queryFn: async ({ signal }) => undoPreview(id, undo, signal),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    meta: INLINE,
  });
}

export async function undoPreview(id: string, undo: Undo, signal?: AbortSignal): Promise<RevertPreview> {
  const params = { path: { document_id: id } };
  const body = { to: null, path: null, undo, expected: null };
  const options = signal === undefined ? {} : { signal };
  return dataOf(await api.POST("/api/v1/documents/{document_id}/revert/preview", { params, body, ...options }));
}

function revertOf(event: Schemas["EventItem"]): Revert | null {
  const { position, to_position: to, before_version_id: before, undone } = event.data ?? {};
  if (typeof position !== "number" || typeof to !== "number") return null;
  return {
    position,
    to,
    personId: event.actor_id,
    at: event.recorded_at,
    beforeVersionId: typeof before === "string" ? before : null,
    isUndo: typeof undone === "object" && undone !== null,
  };
}
