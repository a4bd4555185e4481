// The timeline as it is shown: sittings, merges and what was said, with the versions and reverts between them, by day.
import { DATES } from "../ui/moments";
import type { Merge, Moment, Revert, Sitting, TimelineEntry, Version } from "./requests";

export type Entry = { key: string; position: number } & (
  | { type: "sitting"; sitting: Sitting }
  | { type: "version"; version: Version }
  | { type: "revert"; revert: Revert }
  | { type: "merge"; merge: Merge }
  | { type: "moment"; moment: Moment }
);

export interface Day {
  /** The date where the reader is, such as 2026-11-21. */
  key: string;
  name: string;
  entries: Entry[];
}

/** What stands above what at one position: a version was named after the edits it holds. */
const RANK = { version: 0, revert: 1, merge: 2, sitting: 2, moment: 2 } as const;

/**
 * Every entry, the newest first.
 *
 * `isComplete`: there is nothing older than `items`; otherwise what stands below the last one comes with it.
 */
export function entriesOf(
  items: readonly TimelineEntry[],
  versions: readonly Version[],
  reverts: readonly Revert[],
  isComplete: boolean,
): Entry[] {
  const read = items.map(entryOf);
  const oldest = read.at(-1)?.position ?? 0;
  const marks: Entry[] = [
    ...versions
      // What was kept by itself before a revert is reached through the revert.
      .filter((version) => version.cause === "person")
      .map((version): Entry => ({
        type: "version",
        key: version.id,
        position: version.document_position,
        version,
      })),
    ...reverts.map((revert): Entry => ({
      type: "revert",
      key: `revert-${revert.position}`,
      position: revert.position,
      revert,
    })),
  ];
  const entries = [...read, ...marks.filter((mark) => isComplete || mark.position >= oldest)];
  // Entries of one rank stay in the order they came in: the newest first.
  return entries.sort((one, other) => other.position - one.position || RANK[one.type] - RANK[other.type]);
}

function entryOf(item: TimelineEntry): Entry {
  if (item.kind === "edit") return { type: "sitting", key: keyOf(item), position: item.last_position, sitting: item };
  const key = `${item.kind}-${item.position}`;
  if (item.kind === "merge") return { type: "merge", key, position: item.position, merge: item };
  return { type: "moment", key, position: item.position, moment: item };
}

/** A sitting is known by where it began and whose it is: it grows while its person writes. */
export function keyOf(sitting: Sitting): string {
  return `${sitting.person_id}-${sitting.first_position}`;
}

/** Entries by the day of their edits. A version stands with the edits it holds, whenever it was named. */
export function daysOf(entries: readonly Entry[], now: Date): Day[] {
  const days: Day[] = [];
  entries.forEach((entry, index) => {
    const at = new Date(momentOf(entries, index));
    const key = dateOf(at);
    const last = days.at(-1);
    if (last?.key === key) last.entries.push(entry);
    else days.push({ key, name: dayName(at, now), entries: [entry] });
  });
  return days;
}

const dayThisYear = new Intl.DateTimeFormat(DATES, { weekday: "long", day: "numeric", month: "long" });
const dayOfAnyYear = new Intl.DateTimeFormat(DATES, { day: "numeric", month: "long", year: "numeric" });
const clock = new Intl.DateTimeFormat(DATES, { hour: "2-digit", minute: "2-digit" });

/** "Today", "Yesterday", "Friday 20 November". */
export function dayName(at: Date, now: Date): string {
  const midnight = (moment: Date) => Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate());
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return (at.getFullYear() === now.getFullYear() ? dayThisYear : dayOfAnyYear).format(at);
}

/** "14:02", "14:02 to 14:31"; a sitting over midnight says when it began by its day. */
export function spanOf(startedAt: string, endedAt: string): string {
  const [start, end] = [new Date(startedAt), new Date(endedAt)];
  const [from, to] = [clock.format(start), clock.format(end)];
  if (dateOf(start) !== dateOf(end)) return `${dayThisYear.format(start)}, ${from} to ${to}`;
  return from === to ? from : `${from} to ${to}`;
}

/** "today at 14:31", "Friday 20 November at 09:12". */
export function momentInWords(at: string, now: Date): string {
  const moment = new Date(at);
  const day = dayName(moment, now);
  return `${day === "Today" || day === "Yesterday" ? day.toLowerCase() : day} at ${clock.format(moment)}`;
}

/** "today at 14:31", "today from 14:02 to 14:31", "from yesterday at 23:58 to today at 00:03". */
export function spanInWords(startedAt: string, endedAt: string, now: Date): string {
  const [start, end] = [momentInWords(startedAt, now), momentInWords(endedAt, now)];
  if (start === end) return end;
  const [day, at] = end.split(" at ");
  return start.startsWith(`${String(day)} at `)
    ? `${String(day)} from ${start.slice(String(day).length + " at ".length)} to ${String(at)}`
    : `from ${start} to ${end}`;
}

/** What somebody did who reverted, after their name. */
export function revertInWords({ isUndo }: Revert): string {
  return isUndo ? "took something back" : "restored an earlier version";
}

/** What an entry that is no sitting says, after the name of who did it: "merged branch Night verse: 14 words in Chorus". */
export function inWords({ summary }: Merge | Moment): string {
  return summary.charAt(0).toLowerCase() + summary.slice(1);
}

function momentOf(entries: readonly Entry[], index: number): string {
  for (const entry of [...entries.slice(index), ...entries.slice(0, index).reverse()]) {
    if (entry.type === "sitting") return entry.sitting.ended_at;
    if (entry.type === "merge") return entry.merge.at;
    if (entry.type === "moment") return entry.moment.at;
  }
  const entry = entries[index];
  return entry?.type === "version" ? entry.version.created_at : entry?.type === "revert" ? entry.revert.at : "";
}

function dateOf(at: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
