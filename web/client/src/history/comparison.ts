// Which two versions are compared: what the address asks for, or the newest sitting; and what each is called.
import type { AuthorOf } from "./authors";
import type { HistoryPlace } from "./address";
import type { Version } from "./requests";
import { momentInWords, type Entry } from "./timeline-entries";
import type { HistoryTimeline } from "./use-timeline";

export interface Comparison {
  /** 0: before there was anything. */
  from: number;
  /** Null: now. */
  to: number | null;
  /** The entry of the timeline that it is about; null: two versions somebody picked. */
  entry: Entry | null;
}

type Known = Pick<HistoryTimeline, "entries" | "sittings" | "versions">;

/** What is compared; null: nothing is known yet. */
export function comparisonOf(place: HistoryPlace, known: Known): Comparison | null {
  if (place.from === null && place.to === null) {
    const newest = known.entries.find((entry) => entry.type === "sitting");
    return newest === undefined ? null : { ...rangeOf(newest, known), entry: newest };
  }
  const from = place.from ?? baseOf(place.to, known);
  const entry = known.entries.find((one) => {
    const range = rangeOf(one, known);
    return range.from === from && range.to === place.to;
  });
  return { from, to: place.to, entry: entry ?? null };
}

/** The two versions that an entry of the timeline stands for. */
export function rangeOf(entry: Entry, { versions }: Pick<Known, "versions">): { from: number; to: number } {
  if (entry.type === "sitting") return { from: entry.sitting.from_position, to: entry.sitting.last_position };
  if (entry.type === "version") return { from: namedBefore(entry.version, versions), to: entry.position };
  const kept = versions.find((version) => version.id === entry.revert.beforeVersionId);
  return { from: kept?.document_position ?? entry.position - 1, to: entry.position };
}

/** The sitting in which somebody did what is stored at a position. */
export function sittingOf(personId: string, position: number, entries: readonly Entry[]): Entry | null {
  const found = entries.find(
    (entry) =>
      entry.type === "sitting" &&
      entry.sitting.person_id === personId &&
      entry.sitting.first_position <= position &&
      position <= entry.sitting.last_position,
  );
  return found ?? null;
}

/** What a version is called, as a noun in the middle of a sentence. */
export function nameOfPosition(position: number | null, known: Known, authorOf: AuthorOf, now: Date): string {
  if (position === null) return "how it is now";
  if (position === 0) return "the empty document";
  const named = known.versions.find((version) => version.document_position === position);
  if (named?.cause === "person") return `“${named.name}”`;
  const left = known.sittings.find((sitting) => sitting.last_position === position);
  if (left !== undefined) return `how ${authorOf(left.person_id).name} left it ${momentInWords(left.ended_at, now)}`;
  if (named !== undefined) return `what was there before the restoring ${momentInWords(named.created_at, now)}`;
  return `version ${position}`;
}

/** The version that somebody named before this one; 0: this is the first. */
function namedBefore(version: Version, versions: readonly Version[]): number {
  const earlier = versions
    .filter((one) => one.cause === "person" && one.document_position < version.document_position)
    .map((one) => one.document_position);
  return Math.max(0, ...earlier);
}

/** Where to begin when only the end is given: what was there before the sitting that ended there, else the sitting before. */
function baseOf(to: number | null, { sittings }: Known): number {
  if (to === null) return 0;
  const sitting = sittings.find((one) => one.last_position === to);
  if (sitting !== undefined) return sitting.from_position;
  return sittings.find((one) => one.last_position < to)?.last_position ?? 0;
}
