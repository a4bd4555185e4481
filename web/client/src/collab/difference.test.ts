// What is left of an edit when the studio will not take it: found field by field, and written again where it may be.
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { differencesBetween, writeDifference } from "./difference";
import { pathOf, pointerTo } from "./path";
import { RefusalRounds } from "./refusal";
import { setKind } from "./shape";
import { newEntry, textAt, valueAt } from "./values";
import { entryFieldsAt } from "./shape";

function song(): Y.Doc {
  const doc = new Y.Doc();
  setKind(doc, "song");
  return doc;
}

/** Two copies of one song: what the studio has, and what somebody made of it. */
function pair(): { theirs: Y.Doc; mine: Y.Doc } {
  const theirs = song();
  theirs.getMap("song").set("bpm", 100);
  theirs.getMap("sections").set("v", newEntry(entryFieldsAt("song", ["sections"]), { pos: "V", lyrics: "old words" }));
  const mine = song();
  Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs));
  return { theirs, mine };
}

function rewriteInto(theirs: Y.Doc, mine: Y.Doc, blocked: string[] = []) {
  return differencesBetween(theirs, mine).flatMap((one) => writeDifference(theirs, one, blocked.map(pathOf), "again"));
}

const LYRICS = ["sections", "v", "lyrics"];

describe("the difference between two copies", () => {
  it("is empty when they say the same", () => {
    const { theirs, mine } = pair();
    expect(differencesBetween(theirs, mine)).toEqual([]);
  });

  it("names every field that differs by its place in the JSON", () => {
    const { theirs, mine } = pair();
    mine.getMap("song").set("bpm", 9999);
    mine.getText("style.prompt").insert(0, "warm");
    mine.getMap("style").set("vocals", "duet");
    textAt(mine, LYRICS)!.insert(3, " and new");
    mine.getMap("genres").set("pop", "V");
    const found = differencesBetween(theirs, mine).map(({ path, before, mine: value }) => [
      pointerTo(path),
      before,
      value,
    ]);
    expect(found).toEqual([
      ["/bpm", 100, 9999],
      ["/genres/pop", undefined, "V"],
      ["/style/vocals", undefined, "duet"],
      ["/style/prompt", "", "warm"],
      ["/sections/v/lyrics", "old words", "old and new words"],
    ]);
  });

  it("is written again except at blocked places", () => {
    const { theirs, mine } = pair();
    mine.getMap("song").set("bpm", 9999);
    mine.getMap("song").set("title", "Mine");
    textAt(mine, LYRICS)!.insert(3, " and new");
    const left = rewriteInto(theirs, mine, ["/bpm"]);
    expect(left.map(({ path, mine: value }) => [pointerTo(path), value])).toEqual([["/bpm", 9999]]);
    expect([valueAt(theirs, ["bpm"]), valueAt(theirs, ["title"]), valueAt(theirs, LYRICS)]).toEqual([
      100,
      "Mine",
      "old and new words",
    ]);
  });

  it("makes a new entry without what is blocked in it, and removes removed ones", () => {
    const { theirs, mine } = pair();
    const fields = entryFieldsAt("song", ["sections"]);
    mine.getMap("sections").set("c", newEntry(fields, { pos: "W", lyrics: "la la", bars: 9999 }));
    mine.getMap("sections").delete("v");
    const left = rewriteInto(theirs, mine, ["/sections/c/bars"]);
    expect(left.map(({ path, mine: value }) => [pointerTo(path), value])).toEqual([["/sections/c/bars", 9999]]);
    expect(valueAt(theirs, ["sections", "c", "lyrics"])).toBe("la la");
    expect(valueAt(theirs, ["sections", "c", "bars"])).toBeNull();
    expect(theirs.getMap("sections").has("v")).toBe(false);
  });

  it("hands out what it cannot write: unknown roots, and fields of entries that are gone", () => {
    const { theirs, mine } = pair();
    mine.getText("nonsense").insert(0, "strange");
    textAt(mine, LYRICS)!.insert(0, "more ");
    const differences = differencesBetween(theirs, mine);
    theirs.getMap("sections").delete("v");
    const left = differences.flatMap((one) => writeDifference(theirs, one, [], "again"));
    expect(left.map(({ mine: value }) => value)).toEqual(["more old words", "strange"]);
  });

  it("writes nothing at all when everything is blocked", () => {
    const { theirs, mine } = pair();
    mine.getMap("song").set("title", "Mine");
    const before = Y.encodeStateVector(theirs);
    expect(rewriteInto(theirs, mine, [""])).toHaveLength(1);
    expect(Y.encodeStateVector(theirs)).toEqual(before);
  });
});

describe("trying again", () => {
  it("blocks the places refused so far, and forgets them when all is durable", () => {
    const rounds = new RefusalRounds();
    rounds.refused("/bpm");
    rounds.refused("/title");
    expect(rounds.blocked).toEqual([["bpm"], ["title"]]);
    rounds.settled();
    expect(rounds.blocked).toEqual([]);
  });

  it("ends: after five places, or two refusals of the whole", () => {
    const rounds = new RefusalRounds();
    for (let index = 0; index < 6; index++) rounds.refused(`/sections/${index}`);
    expect(rounds.blocked).toEqual([[]]);
    const wholes = new RefusalRounds();
    wholes.refused("");
    expect(wholes.blocked).toEqual([]);
    wholes.refused("");
    expect(wholes.blocked).toEqual([[]]);
  });
});
