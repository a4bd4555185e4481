// Which two versions are compared: what the address asks for, or the newest sitting; and what each is called.
import type { PersonOf } from "../api/use-people";
import type { HistoryPlace } from "./address";
import type { Author, Version } from "./requests";
import { momentInWords, spanInWords, type Entry } from "./timeline-entries";
import type { HistoryTimeline } from "./use-timeline";

export interface Comparison {
  /** 0: before there was anything. */
  from: number;
  /** Null: now. */
  to: number | null;
  /** The entry of the timeline that it is about; null: two versions somebody picked. */
  entry: Comparable | null;
}

type Known = Pick<HistoryTimeline, "entries" | "sittings" | "versions">;
/** A filter leaves out what else happened: then the last that is known need not be the last. */
type Seen = Known & Pick<HistoryTimeline, "isFiltered">;

/** What is compared; null: nothing is known yet. */
export function comparisonOf(place: HistoryPlace, known: Known): Comparison | null {
  if (place.from === null && place.to === null) {
    const newest = newestOf(known.entries);
    return newest === null ? null : { ...rangeOf(newest, known), entry: newest };
  }
  const from = place.from ?? baseOf(place.to, known);
  const entry = known.entries.filter(isComparable).find((one) => {
    const range = rangeOf(one, known);
    return range.from === from && range.to === place.to;
  });
  return { from, to: place.to, entry: entry ?? null };
}

/** What is looked at before anything is chosen: the newest edit, or else the newest that has something to compare. */
function newestOf(entries: readonly Entry[]): Comparable | null {
  const all = entries.filter(isComparable);
  return all.find((entry) => entry.type === "sitting" || entry.type === "merge") ?? all[0] ?? null;
}

/** Entries that changed the document; what was said about it leads elsewhere. */
export type Comparable = Exclude<Entry, { type: "moment" }>;

export function isComparable(entry: Entry): entry is Comparable {
  return entry.type !== "moment";
}

/** The two versions that an entry of the timeline stands for. */
export function rangeOf(entry: Comparable, { versions }: Pick<Known, "versions">): { from: number; to: number } {
  if (entry.type === "sitting") return { from: entry.sitting.from_position, to: entry.sitting.last_position };
  if (entry.type === "version") return { from: namedBefore(entry.version, versions), to: entry.position };
  if (entry.type === "merge") return { from: entry.merge.from_position, to: entry.position };
  const kept = versions.find((version) => version.id === entry.revert.beforeVersionId);
  return { from: kept?.document_position ?? entry.position - 1, to: entry.position };
}

/** Where somebody did something: in a sitting, or on a branch that was merged. */
export function entryBy(
  { person_id: personId, position, merged_at: mergedAt }: Author,
  entries: readonly Entry[],
): Comparable | null {
  const found = entries
    .filter(isComparable)
    .find((entry) =>
      mergedAt !== null
        ? entry.type === "merge" && entry.position === mergedAt
        : entry.type === "sitting" &&
          entry.sitting.person_id === personId &&
          entry.sitting.first_position <= position &&
          position <= entry.sitting.last_position,
    );
  return found ?? null;
}

/** What a version is called, as a noun in the middle of a sentence. */
export function nameOfPosition(position: number | null, known: Seen, authorOf: PersonOf, now: Date): string {
  if (position === null) return "how it is now";
  if (position === 0) return "the empty document";
  const named = known.versions.find((version) => version.document_position === position);
  if (named?.cause === "person") return `“${named.name}”`;
  const left = known.sittings.find((sitting) => sitting.last_position === position);
  const merged = known.entries.find((entry) => entry.type === "merge" && entry.position === position);
  if (merged?.type === "merge") return `how it was with branch “${merged.merge.branch_name}” merged`;
  if (left !== undefined) return `how ${authorOf(left.person_id).name} left it ${momentInWords(left.ended_at, now)}`;
  if (named?.cause === "merge") return `what was there before the merge ${momentInWords(named.created_at, now)}`;
  if (named !== undefined) return `what was there before the restoring ${momentInWords(named.created_at, now)}`;
  return nameOfMoment(position, known, authorOf, now);
}

/** What a version is called that nobody named and at which no edit ended: by what was being done then, or done last. */
function nameOfMoment(position: number, { sittings, isFiltered }: Seen, authorOf: PersonOf, now: Date): string {
  const during = sittings.find((one) => one.first_position <= position && position < one.last_position);
  if (during !== undefined) {
    const { person_id: personId, started_at: start, ended_at: end } = during;
    return `how it was amid what ${authorOf(personId).name} did ${spanInWords(start, end, now)}`;
  }
  const before = isFiltered ? undefined : sittings.find((one) => one.last_position < position);
  if (before === undefined) return "an earlier version";
  return `how it was ${momentInWords(before.ended_at, now)}, ${authorOf(before.person_id).name}`;
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
