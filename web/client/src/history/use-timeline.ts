// The timeline of a document as the page shows it: read once, then as it stood; newer edits wait until they are asked for.
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { ASK_AFTER_MS, Soon } from "../api/live-queries";
import { useLogEvents } from "../api/log-events";
import {
  historyKeys,
  revertsQuery,
  timelineQuery,
  versionsQuery,
  type EntryKind,
  type Revert,
  type Sitting,
  type Version,
} from "./requests";
import type { HistoryPlace, What } from "./address";
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
/** Milliseconds for which an answer is not asked for again when the page opens: its own loading took as long. */
const FRESH_MS = 2000;
/** What is asked for; the rest comes with edits: their moments say when versions were named, and who there is. */
const KINDS_OF: Record<What, EntryKind[] | null> = {
  everything: null,
  edits: ["edit"],
  versions: ["edit"],
  reverts: ["edit"],
  merges: ["merge"],
  reviews: ["review"],
  comments: ["comment"],
};

type Filter = Pick<HistoryPlace, "personId" | "path" | "what" | "days">;

export function useTimeline(id: string, filter: Filter): HistoryTimeline {
  const client = useQueryClient();
  const { personId, path, what, days } = filter;
  const since = days === null ? null : midnightBefore(new Date(), days);
  const pages = useInfiniteQuery(timelineQuery(id, { kinds: KINDS_OF[what], personId, path, since }));
  const versions = useQuery(versionsQuery(id)).data ?? NONE;
  const reverts = useQuery(revertsQuery(id)).data ?? NONE;
  const { newer, forget } = useNewer(id);
  useAfresh(id);
  const found = pages.data?.pages;
  const items = useMemo(() => found?.flatMap((page) => page.items) ?? [], [found]);
  const sittings = useMemo(() => items.filter((item) => item.kind === "edit"), [items]);
  const people = useMemo(() => found?.[0]?.people ?? [], [found]);
  const isComplete = !pages.hasNextPage;
  const entries = useMemo(() => {
    // A filter by place leaves no versions and reverts: they are of the whole document.
    const own = <Mark>(sort: What, marks: readonly Mark[], about: (mark: Mark) => { by: string; at: string }) =>
      path !== null || (what !== "everything" && what !== sort)
        ? []
        : marks.filter((mark) => {
            const { by, at } = about(mark);
            return (personId === null || by === personId) && (since === null || new Date(at) >= new Date(since));
          });
    return entriesOf(
      items,
      own("versions", versions, (version) => ({ by: version.created_by, at: version.created_at })),
      own("reverts", reverts, (revert) => ({ by: revert.personId, at: revert.at })),
      isComplete,
    ).filter((entry) => entry.type !== "sitting" || what === "everything" || what === "edits");
  }, [items, versions, reverts, isComplete, personId, path, what, since]);
  return {
    sittings,
    versions,
    reverts,
    entries,
    people,
    isPending: pages.isPending,
    isFiltered: personId !== null || path !== null || what !== "everything" || days !== null,
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

/** The midnight with which a stretch of days up to now began; 1: today's. The same all day, for it names an answer. */
function midnightBefore(now: Date, days: number): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1).toISOString();
}

/** What an earlier visit to this page left is shown at once, and asked for again: nobody counted edits meanwhile. */
function useAfresh(id: string): void {
  const client = useQueryClient();
  useEffect(() => {
    const predicate = ({ state }: { state: { data: unknown; dataUpdatedAt: number } }) =>
      state.data !== undefined && Date.now() - state.dataUpdatedAt > FRESH_MS;
    void client.invalidateQueries({ queryKey: historyKeys.all(id), predicate }, { cancelRefetch: false });
  }, [client, id]);
}

/** Counts edits by others and by this person elsewhere; named versions show at once, for they shift nothing. */
function useNewer(id: string) {
  const client = useQueryClient();
  const [newer, setNewer] = useState(0);
  useLogEvents({ topics: ["document.updated"], streamId: id }, () => setNewer((count) => count + 1));
  const soon = useMemo(
    () =>
      new Soon(ASK_AFTER_MS, () =>
        client.invalidateQueries({ queryKey: historyKeys.versions(id) }, { cancelRefetch: false }),
      ),
    [client, id],
  );
  useEffect(() => () => soon.stop(), [soon]);
  useLogEvents({ topics: ["version.named", "version.removed"] }, ({ topic }) => soon.add([topic]));
  return { newer, forget: () => setNewer(0) };
}
