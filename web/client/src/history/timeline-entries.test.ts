// The timeline: what stands between which sittings, and on which day.
import { expect, test } from "vitest";
import type { Merge, Moment, Revert, Sitting, Version } from "./requests";
import { dayName, daysOf, entriesOf, inWords, spanOf } from "./timeline-entries";

function sitting(last: number, endedAt: string, first = last): Sitting {
  return {
    kind: "edit",
    person_id: `person-${last}`,
    from_position: first - 1,
    first_position: first,
    last_position: last,
    started_at: endedAt,
    ended_at: endedAt,
    updates: 1,
    doings: [],
    summary: "",
  };
}

function version(position: number, name: string, cause = "person"): Version {
  return {
    id: name,
    name,
    message: "",
    cause,
    document_id: "song",
    document_position: position,
    created_by: "ada",
    created_at: new Date(2026, 4, 9, 12).toISOString(),
  };
}

const revert: Revert = { position: 20, to: 5, personId: "ada", at: "", beforeVersionId: "kept", isUndo: false };
const said = { person_id: "mina", summary: "Merged branch Night verse: 14 words in Chorus" };
const branch = { branch_id: "night", branch_name: "Night verse" };
const at = (day: number, hour: number) => new Date(2026, 4, day, hour).toISOString();
const namesOf = (entries: ReturnType<typeof entriesOf>) => entries.map((entry) => entry.key);

test("versions and reverts stand above the sitting they follow; what a revert kept is reached through it", () => {
  const sittings = [sitting(20, at(3, 10), 15), sitting(10, at(2, 10), 6)];
  const versions = [version(10, "approved"), version(19, "kept", "revert"), version(7, "inside")];
  expect(namesOf(entriesOf(sittings, versions, [revert], true))).toEqual([
    "revert-20",
    "person-20-15",
    "approved",
    "person-10-6",
    "inside",
  ]);
});

test("what is older than the sittings shown comes with them", () => {
  const found = entriesOf([sitting(20, at(3, 10))], [version(20, "new"), version(4, "old")], [], false);
  expect(namesOf(found)).toEqual(["new", "person-20-20"]);
});

test("a version stands on the day of its edits, whenever it was named", () => {
  const now = new Date(2026, 4, 9, 12);
  const entries = entriesOf([sitting(20, at(9, 10)), sitting(10, at(8, 23))], [version(10, "approved")], [], true);
  const days = daysOf(entries, now);
  expect(days.map((day) => [day.name, namesOf(day.entries)])).toEqual([
    ["Today", ["person-20-20"]],
    ["Yesterday", ["approved", "person-10-10"]],
  ]);
  expect(daysOf([], now)).toEqual([]);
});

test("what was merged and said stands where it happened, on its own day", () => {
  const now = new Date(2026, 4, 9, 12);
  const merge: Merge = {
    ...said,
    ...branch,
    kind: "merge",
    position: 18,
    at: at(9, 9),
    from_position: 15,
    before_version_id: "kept",
    doings: [],
  };
  const approved: Moment = { ...said, ...branch, kind: "review", what: "approved", position: 16, at: at(8, 9) };
  const items = [sitting(20, at(9, 10)), merge, approved, sitting(10, at(7, 10))];
  const entries = entriesOf(items, [version(18, "named"), version(4, "old")], [], false);
  expect(daysOf(entries, now).map((day) => [day.name, namesOf(day.entries)])).toEqual([
    ["Today", ["person-20-20", "named", "merge-18"]],
    ["Yesterday", ["review-16"]],
    ["Thursday 7 May", ["person-10-10"]],
  ]);
  expect(inWords(merge)).toBe("merged branch Night verse: 14 words in Chorus");
});

test("days and spans are said as people say them", () => {
  const now = new Date(2026, 4, 9, 0, 10);
  expect(dayName(new Date(2026, 4, 8, 23, 50), now)).toBe("Yesterday");
  expect(dayName(new Date(2026, 4, 4), now)).toBe("Monday 4 May");
  expect(dayName(new Date(2025, 4, 4), now)).toBe("4 May 2025");
  const day = (hour: number, minute: number, date = 9) => new Date(2026, 4, date, hour, minute).toISOString();
  expect(spanOf(day(14, 2), day(14, 2))).toBe("14:02");
  expect(spanOf(day(14, 2), day(14, 31))).toBe("14:02 to 14:31");
  expect(spanOf(day(23, 50, 8), day(0, 10))).toBe("Friday 8 May, 23:50 to 00:10");
});
