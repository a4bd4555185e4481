// The timeline of a document as the page shows it: read once, then as it stood; newer edits wait until they are asked for.
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useLogEvents } from "../api/log-events";
import {
  historyKeys,
  revertsQuery,
  timelineQuery,
  versionsQuery,
  type Revert,
  type Sitting,
  type Version,
} from "./requests";
import { entriesOf, type Entry } from "./timeline-entries";

export interface HistoryTimeline {
  sittings: Sitting[];
  versions: Version[];
  reverts: Revert[];
  entries: Entry[];
  /** Everybody who ever changed the document. */
  people: string[];
  isPending: boolean;
  isFiltered: boolean;
  error: Error | null;
  hasMore: boolean;
  isLoadingMore: boolean;
  /** Edits since the page was read. */
  newer: number;
  loadMore: () => void;
  retry: () => void;
  /** Reads everything again. */
  refresh: () => Promise<void>;
}

const NONE: never[] = [];

export function useTimeline(id: string, filter: { personId: string | null; path: string | null }): HistoryTimeline {
  const client = useQueryClient();
  const pages = useInfiniteQuery(timelineQuery(id, filter));
  const versions = useQuery(versionsQuery(id)).data ?? NONE;
  const reverts = useQuery(revertsQuery(id)).data ?? NONE;
  const { newer, forget } = useNewer(id);
  const found = pages.data?.pages;
  const sittings = useMemo(() => found?.flatMap((page) => page.items) ?? [], [found]);
  const people = useMemo(() => found?.[0]?.people ?? [], [found]);
  const { personId, path } = filter;
  const isComplete = !pages.hasNextPage;
  const entries = useMemo(() => {
    // A filter by place leaves nothing but sittings: versions and reverts are of the whole document.
    const own = <Mark>(marks: readonly Mark[], whose: (mark: Mark) => string) =>
      path === null ? marks.filter((mark) => personId === null || whose(mark) === personId) : [];
    return entriesOf(
      sittings,
      own(versions, (version) => version.created_by),
      own(reverts, (revert) => revert.personId),
      isComplete,
    );
  }, [sittings, versions, reverts, isComplete, personId, path]);
  return {
    sittings,
    versions,
    reverts,
    entries,
    people,
    isPending: pages.isPending,
    isFiltered: personId !== null || path !== null,
    error: pages.error,
    hasMore: pages.hasNextPage,
    isLoadingMore: pages.isFetchingNextPage,
    newer,
    loadMore: () => void pages.fetchNextPage(),
    retry: () => void pages.refetch(),
    refresh: async () => {
      forget();
      await client.invalidateQueries({ queryKey: historyKeys.all(id) });
    },
  };
}

/** Counts edits by others and by this person elsewhere; named versions show at once, for they shift nothing. */
function useNewer(id: string) {
  const client = useQueryClient();
  const [newer, setNewer] = useState(0);
  useLogEvents({ topics: ["document.updated"], streamId: id }, () => setNewer((count) => count + 1));
  useLogEvents(
    { topics: ["version.named", "version.removed"] },
    () => void client.invalidateQueries({ queryKey: historyKeys.versions(id) }),
  );
  return { newer, forget: () => setNewer(0) };
}
