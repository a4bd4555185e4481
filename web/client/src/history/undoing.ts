// What can be taken back while everything else stays: a sitting, a named version, a revert, a person, a place.
import type { Schemas } from "../api/client";
import type { HistoryPlace } from "./address";
import type { PersonOf } from "../api/use-people";
import { rangeOf, type Comparable } from "./comparison";
import type { Change, RevertPreview, Span, Superseded, Version } from "./requests";
import { momentInWords, spanInWords } from "./timeline-entries";

export type Undo = NonNullable<Schemas["NewRevert"]["undo"]>;

export interface UndoChoice {
  undo: Undo;
  /** What it is, in the middle of a sentence: "what Mina did today from 14:02 to 14:31". */
  about: string;
}

const EVERYTHING: Undo = { from: 0, to: null, person_id: null, path: null, versions: [] };

/** Taking back what an entry of the timeline stands for, where the timeline is filtered by a place only there. */
export function undoOfEntry(
  entry: Comparable,
  { path }: Pick<HistoryPlace, "path">,
  versions: Version[],
  authorOf: PersonOf,
  now: Date,
): UndoChoice {
  if (entry.type === "version")
    return {
      undo: { ...EVERYTHING, path, versions: [entry.version.id] },
      about: `what belongs to “${entry.version.name}”`,
    };
  const { from, to } = rangeOf(entry, { versions });
  if (entry.type === "revert") {
    const about = `what ${authorOf(entry.revert.personId).name} brought back ${momentInWords(entry.revert.at, now)}`;
    return { undo: { ...EVERYTHING, from, to, path, person_id: entry.revert.personId }, about };
  }
  if (entry.type === "merge") {
    const about = `what came with branch “${entry.merge.branch_name}” ${momentInWords(entry.merge.at, now)}`;
    return { undo: { ...EVERYTHING, from, to, path }, about };
  }
  const { person_id: personId, started_at: start, ended_at: end } = entry.sitting;
  const about = `what ${authorOf(personId).name} did ${spanInWords(start, end, now)}`;
  return { undo: { ...EVERYTHING, from, to, path, person_id: personId }, about };
}

/** Taking back everything that the timeline's filter shows; null: it shows everything. */
export function undoOfFilter(
  { personId, path }: Pick<HistoryPlace, "personId" | "path">,
  authorOf: PersonOf,
  nameOfPath: (path: string) => string,
): UndoChoice | null {
  if (personId === null && path === null) return null;
  const who = personId === null ? "anybody" : authorOf(personId).name;
  const where = path === null ? "in this document" : `in ${nameOfPath(path)}`;
  return {
    undo: { ...EVERYTHING, person_id: personId, path },
    about: `everything that ${who} ever did ${where}`,
  };
}

/** The same change read from its end to its beginning. */
export function backwards(change: Change): Change {
  const turned = { add: "remove", remove: "add" } as const;
  const { change: how } = change;
  return {
    ...change,
    change: how === "add" || how === "remove" ? turned[how] : how,
    old: change.new,
    new: change.old,
    spans: change.spans.map(spanBackwards),
  };
}

function spanBackwards(span: Span): Span {
  if (span.change === "equal") return span;
  return { ...span, change: span.change === "insert" ? "delete" : "insert" };
}

const REASONS: Record<Superseded["reason"], string> = {
  set_since: "set it again",
  removed_since: "removed it",
  written_in_since: "wrote in it",
};

/** "Mina set it again, today at 14:31". */
export function reasonInWords({ by, reason }: Superseded, authorOf: PersonOf, now: Date): string {
  return `${authorOf(by.person_id).name} ${REASONS[reason]}, ${momentInWords(by.at, now)}`;
}

/** Whether two previews say the same, wherever the document stands by now. */
export function saySame(one: RevertPreview, other: RevertPreview): boolean {
  return JSON.stringify([one.changes, one.superseded]) === JSON.stringify([other.changes, other.superseded]);
}
