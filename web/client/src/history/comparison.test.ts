// What is compared: what the address says, however little that is.
import { expect, test } from "vitest";
import { readPlace, writePlace } from "./address";
import { authorsByLine, shares } from "./blame-lines";
import { comparisonOf, entryBy, nameOfPosition } from "./comparison";
import type { Merge, Moment, Sitting, Version } from "./requests";
import { entriesOf } from "./timeline-entries";

const sitting = (first: number, last: number) =>
  ({ kind: "edit", person_id: "ada", from_position: first - 1, first_position: first, last_position: last }) as Sitting;
const version = (id: string, position: number) =>
  ({ id, document_position: position, cause: "person", name: id }) as Version;

const sittings = [sitting(11, 20), sitting(2, 10)];
const versions = [version("second", 20), version("first", 10)];
const known = { sittings, versions, entries: entriesOf(sittings, versions, [], true) };
const compared = (search: string) => {
  const found = comparisonOf(readPlace(search), known);
  return [found?.from, found?.to, found?.entry?.key];
};

test("an address says everything it was given, and the older side comes first", () => {
  const place = {
    from: 3,
    to: 9,
    view: "preview",
    personId: "p",
    path: "/sections/v1",
    what: "reverts",
    days: 7,
  } as const;
  expect(readPlace(writePlace(place))).toEqual(place);
  expect(readPlace("a=9&b=3")).toMatchObject({ from: 3, to: 9 });
  expect(readPlace("a=x&b=-1&view=other")).toEqual({
    from: null,
    to: null,
    view: "changes",
    personId: null,
    path: null,
    what: "everything",
    days: null,
  });
  expect(writePlace(readPlace(""))).toBe("");
});

test("without an address the newest sitting; a sitting, two versions, or now by their positions", () => {
  expect(compared("")).toEqual([10, 20, "ada-11"]);
  expect(compared("a=1&b=10")).toEqual([1, 10, "ada-2"]);
  expect(compared("b=10")).toEqual([1, 10, "ada-2"]);
  expect(compared("a=0&b=10")).toEqual([0, 10, "first"]);
  expect(compared("a=3")).toEqual([3, null, undefined]);
  expect(compared("b=15")).toEqual([10, 15, undefined]);
  expect(comparisonOf(readPlace(""), { sittings: [], versions: [], entries: [] })).toBeNull();
});

test("a merge is compared as an edit is; what was only said leads elsewhere", () => {
  const merge = {
    kind: "merge",
    position: 25,
    from_position: 20,
    branch_name: "Night verse",
    person_id: "mina",
  } as Merge;
  const said = { kind: "review", position: 30 } as Moment;
  const items = [said, merge, ...sittings];
  const merged = { sittings, versions, entries: entriesOf(items, versions, [], true) };
  const found = comparisonOf(readPlace(""), merged);
  expect([found?.from, found?.to, found?.entry?.key]).toEqual([20, 25, "merge-25"]);
  const authorOf = (id: string) => ({ id, name: id, colour: null, isMe: false });
  expect(nameOfPosition(25, { ...merged, isFiltered: false }, authorOf, new Date())).toBe(
    "how it was with branch “Night verse” merged",
  );
  expect(comparisonOf(readPlace(""), { sittings: [], versions, entries: entriesOf([said], [], [], true) })).toBeNull();
  // Words of a branch lead to the merge, also when their author wrote here at that time.
  const author = { person_id: "ada", position: 15, at: "", merged_at: null };
  expect(entryBy(author, merged.entries)?.key).toBe("ada-11");
  expect(entryBy({ ...author, merged_at: 25 }, merged.entries)?.key).toBe("merge-25");
  expect(entryBy({ ...author, merged_at: 24 }, merged.entries)).toBeNull();
});

test("a version is called by its name, by who left it, or by what was being done: never by a number", () => {
  const now = new Date(2026, 10, 29, 12);
  const at = (hour: number, minute: number) => new Date(2026, 10, 29, hour, minute).toISOString();
  const timed = (one: Sitting, start: string, end: string) => ({ ...one, started_at: start, ended_at: end });
  const seen = {
    sittings: [timed(sitting(21, 30), at(0, 20), at(0, 20)), timed(sitting(11, 18), at(0, 10), at(0, 11))],
    versions,
    entries: [],
    isFiltered: false,
  };
  const authorOf = () => ({ id: "ada", name: "Ada Marsh", colour: null, isMe: false });
  const nameOf = (position: number | null) => nameOfPosition(position, seen, authorOf, now);
  expect([null, 0, 10].map(nameOf)).toEqual(["how it is now", "the empty document", "“first”"]);
  expect(nameOf(18)).toBe("how Ada Marsh left it today at 00:11");
  expect(nameOf(14)).toBe("how it was amid what Ada Marsh did today from 00:10 to 00:11");
  expect(nameOf(25)).toBe("how it was amid what Ada Marsh did today at 00:20");
  expect(nameOf(19)).toBe("how it was today at 00:11, Ada Marsh");
  expect(nameOf(5)).toBe("an earlier version");
  // Of a filtered timeline nobody knows who else wrote in between.
  expect(nameOfPosition(19, { ...seen, isFiltered: true }, authorOf, now)).toBe("an earlier version");
});

test("whose the lines of a text are", () => {
  const run = (text: string, person_id: string, position: number) => ({
    text,
    start: 0,
    stop: text.length,
    author: { person_id, position, at: "", merged_at: null },
    first_position: position,
  });
  const runs = [run("rain ", "ada", 1), run("falls\n", "mina", 2), run("\nand falls", "ada", 3)];
  const lines = authorsByLine(runs);
  expect(lines.map((line) => line.runs.map(({ text }) => text))).toEqual([["rain ", "falls"], [], ["and falls"]]);
  expect(lines.map((line) => line.authors.map((author) => author.person_id))).toEqual([["ada", "mina"], [], ["ada"]]);
  expect(shares(runs)).toEqual([
    { personId: "ada", words: 3 },
    { personId: "mina", words: 1 },
  ]);
});
