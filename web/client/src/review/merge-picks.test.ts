// What is sent for merging is what was ticked, and nothing that was not.
import { expect, test } from "vitest";
import type { Conflict } from "../api/branches";
import type { ChangeGroup } from "../history/change-groups";
import type { Change } from "../history/requests";
import { gateOf } from "./merge-gate";
import { ALL_PICKED, isWhole, unsettled, wishOf, type MergePicks } from "./merge-picks";
import { approvalsInWords, reviewersOf } from "./verdicts";

const change = (path: string): Change => ({ path, change: "set", old: 1, new: 2, spans: [], author: null });
const group = (key: string, ...paths: string[]): ChangeGroup => ({
  key,
  name: key,
  sectionKind: null,
  came: null,
  went: null,
  moved: null,
  changes: paths.map((path) => ({
    change: change(path),
    place: { group: { key, name: key, sectionKind: null, isEntry: true }, field: "x", how: "value", target: null },
  })),
});
const conflict = (path: string, choice: Conflict["choice"] = null): Conflict => ({
  path,
  kind: "both_set",
  base: 1,
  document: 2,
  branch: 3,
  choices: ["document", "branch"],
  choice,
  outcomes: [],
});
const OFFER = {
  groups: [group("", "/bpm", "/key"), group("/sections/a", "/sections/a/lyrics"), group("/style", "/style/prompt")],
  conflicts: [conflict("/title"), conflict("/sections/a/name")],
  people: ["ada", "mina"],
};
const picks = (change: Partial<MergePicks>): MergePicks => ({ ...ALL_PICKED, ...change });

test("everything ticked says nothing of paths or people", () => {
  expect(isWhole(ALL_PICKED, OFFER)).toBe(true);
  expect(wishOf(ALL_PICKED, OFFER)).toEqual({ paths: null, authors: null, choices: [] });
});

test("a part left out leaves its own conflicts behind, and no others", () => {
  const wish = wishOf(picks({ leftOut: new Set(["/sections/a"]) }), OFFER);
  expect(wish.paths).toEqual(["/bpm", "/key", "/style", "/title"]);
});

test("the document's own facts are picked one by one, never as the whole document", () => {
  const wish = wishOf(picks({ leftOut: new Set(["/style"]) }), OFFER);
  expect(wish.paths).toEqual(["/bpm", "/key", "/sections/a", "/title", "/sections/a/name"]);
  expect(wish.paths).not.toContain("");
});

test("people left out leave the others", () => {
  expect(wishOf(picks({ without: new Set(["mina"]) }), OFFER).authors).toEqual(["ada"]);
});

test("a choice is kept while its conflict is away, and sent only when it is there and possible", () => {
  const choices = new Map([
    ["/title", "both" as const],
    ["/sections/a/name", "branch" as const],
    ["/gone", "document" as const],
  ]);
  expect(wishOf(picks({ choices }), OFFER).choices).toEqual([{ path: "/sections/a/name", choice: "branch" }]);
  expect(unsettled(OFFER.conflicts, picks({ choices })).map(({ path }) => path)).toEqual([]);
});

test("the button says why it does nothing", () => {
  const preview = {
    document_position: 1,
    branch_position: 2,
    changes: [change("/bpm")],
    conflicts: [conflict("/title")],
    blocked: ["A reviewer asked for changes."],
    is_mergeable: false,
  };
  const ask = { preview, picks: ALL_PICKED, nothingPicked: false, mayMerge: true };
  expect(gateOf(ask)).toEqual({
    isOpen: false,
    reasons: ["A reviewer asked for changes.", "1 conflict must be decided first."],
  });
  const said = { ...preview, blocked: ["1 conflict must be decided first."] };
  expect(gateOf({ ...ask, preview: said }).reasons).toEqual(["1 conflict must be decided first."]);
  expect(gateOf({ ...ask, mayMerge: false }).reasons[0]).toBe("Editors and owners merge.");
  expect(gateOf({ ...ask, nothingPicked: true })).toEqual({
    isOpen: false,
    reasons: ["Nothing is picked: tick what to merge."],
  });
  const clear = { ...preview, conflicts: [], blocked: [], is_mergeable: true };
  expect(gateOf({ ...ask, preview: clear })).toEqual({ isOpen: true, reasons: [] });
  expect(gateOf({ ...ask, preview: { ...clear, is_mergeable: false } }).isOpen).toBe(false);
});

test("a verdict from before the newest edits is out of date, and no approval", () => {
  const verdict = (person_id: string, is_current: boolean) => ({
    person_id,
    verdict: "approved" as const,
    message: "",
    position: 1,
    at: "2026-11-28T12:00:00Z",
    is_current,
  });
  const review = {
    state: "requested" as const,
    requested_by: "ada",
    requested_at: "2026-11-28T12:00:00Z",
    message: "",
    reviewers: ["mina", "lee", "olu"],
    verdicts: [verdict("mina", true), verdict("lee", false), verdict("pim", true)],
  };
  expect(reviewersOf({ review }).map(({ personId, state }) => [personId, state])).toEqual([
    ["mina", "approved"],
    ["lee", "out_of_date"],
    ["olu", "waiting"],
    ["pim", "approved"],
  ]);
  expect(approvalsInWords({ review })).toBe("1 of 3 approvals");
});
