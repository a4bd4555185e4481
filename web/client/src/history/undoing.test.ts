// What is asked for when something is taken back, and what is read of the answer.
import { describe, expect, it } from "vitest";
import type { Change, RevertPreview, Sitting, Version } from "./requests";
import type { Comparable } from "./comparison";
import { backwards, reasonInWords, saySame, undoOfEntry, undoOfFilter } from "./undoing";

const authorOf = (id: string) => ({ id, name: id === "m" ? "Mina" : "Ada", colour: 0, isMe: false });
const NOW = new Date("2026-11-28T16:00:00");
const SITTING = {
  person_id: "m",
  from_position: 4,
  first_position: 5,
  last_position: 9,
  started_at: "2026-11-28T14:00:00",
  ended_at: "2026-11-28T14:31:00",
} as Sitting;
const VERSION = { id: "v", name: "Draft", cause: "person", document_position: 9 } as Version;

function changeOf(change: Change["change"], old: unknown, fresh: unknown): Change {
  return { path: "/a", change, old, new: fresh, spans: [], author: null };
}

describe("taking back", () => {
  it("a sitting is its person's edits between its two ends, at the place that is filtered for", () => {
    const entry: Comparable = { type: "sitting", key: "s", position: 9, sitting: SITTING };
    const { undo, about } = undoOfEntry(entry, { path: "/bpm" }, [], authorOf, NOW);
    expect(undo).toEqual({ from: 4, to: 9, person_id: "m", path: "/bpm", versions: [] });
    expect(about).toBe("what Mina did today from 14:00 to 14:31");
  });

  it("a named version is what belongs to it, whoever wrote it", () => {
    const entry: Comparable = { type: "version", key: "v", position: 9, version: VERSION };
    const { undo, about } = undoOfEntry(entry, { path: null }, [VERSION], authorOf, NOW);
    expect(undo).toEqual({ from: 0, to: null, person_id: null, path: null, versions: ["v"] });
    expect(about).toBe("what belongs to “Draft”");
  });

  it("a filter is everything it shows; no filter is nothing", () => {
    const name = () => "the tempo";
    expect(undoOfFilter({ personId: null, path: null }, authorOf, name)).toBeNull();
    expect(undoOfFilter({ personId: "a", path: "/bpm" }, authorOf, name)).toEqual({
      undo: { from: 0, to: null, person_id: "a", path: "/bpm", versions: [] },
      about: "everything that Ada ever did in the tempo",
    });
  });
});

describe("what a preview says", () => {
  it("is read backwards, and twice backwards is forwards", () => {
    const text: Change = {
      ...changeOf("text", "ab", "ac"),
      spans: [
        { change: "equal", text: "a", author: null },
        { change: "delete", text: "b", author: null },
        { change: "insert", text: "c", author: null },
      ],
    };
    expect(backwards(text).spans.map((span) => span.change)).toEqual(["equal", "insert", "delete"]);
    expect(backwards(changeOf("add", null, {})).change).toBe("remove");
    for (const change of [text, changeOf("add", null, {}), changeOf("move", 1, 2), changeOf("set", 1, 2)])
      expect(backwards(backwards(change))).toEqual(change);
  });

  it("names who changed what stays", () => {
    const by = { person_id: "m", position: 7, at: "2026-11-28T14:31:00", merged_at: null };
    expect(reasonInWords({ path: "/bpm", by, reason: "set_since" }, authorOf, NOW)).toBe(
      "Mina set it again, today at 14:31",
    );
  });

  it("says the same when only the position differs", () => {
    const one: RevertPreview = { position: 5, changes: [changeOf("set", 1, 2)], superseded: [] };
    expect(saySame(one, { ...one, position: 9 })).toBe(true);
    expect(saySame(one, { ...one, changes: [changeOf("set", 1, 3)] })).toBe(false);
  });
});
