// Places have names people know, whatever kind of document they are in.
import { expect, test } from "vitest";
import { groupsOf, countOf } from "./change-groups";
import { placeAt, spoken } from "./field-names";
import type { Change } from "./requests";
import { phrasesOf } from "./restoring";

const SONG = { sections: { v1: { name: "Chorus 2", kind: "chorus" }, v2: { name: "", kind: "bridge" } } };
const change = (path: string, how: Change["change"], old: unknown, fresh: unknown): Change => ({
  path,
  change: how,
  old,
  new: fresh,
  spans: [],
  author: null,
});

test.each([
  ["/bpm", "Song", "Tempo"],
  ["/persona_id", "Song", "Persona"],
  ["/style/vocals", "Style", "Vocals"],
  ["/sections/v1/lyrics", "Chorus 2", "Lyrics"],
  ["/sections/v1", "Chorus 2", null],
  ["/sections/v2/bars", "Bridge", "Bars"],
  ["/sections/gone", "Untitled, in sections", null],
  ["/sources/x~1y/url", "Untitled, in sources", "Address"],
])("in a song, %s is %s, %s", (path, group, field) => {
  const place = placeAt("song", path, [SONG]);
  expect([place.group.name, place.field]).toEqual([group, field]);
});

test("traits and palettes of worlds, and what no description knows", () => {
  const world = {
    entities: { e1: { name: "Orrery", traits: { height_m: 3 } } },
    style_guide: { palette: { p1: { name: "Moss", hex: "#1b2" } } },
  };
  expect(placeAt("world", "/entities/e1/traits/height_m", [world])).toMatchObject({
    group: { name: "Orrery" },
    field: "Height m",
  });
  expect(placeAt("world", "/style_guide/palette/p1/hex", [world])).toMatchObject({
    group: { name: "Moss" },
    field: "Colour",
    how: "colour",
  });
  expect(placeAt("note", "/roots", [{}]).field).toBe("Roots");
  expect(spoken("producer_notes")).toBe("Producer notes");
});

test("words that a restore brings or takes are said as what becomes of them", () => {
  const spans = (...parts: [Change["spans"][number]["change"], string][]) =>
    parts.map(([how, text]) => ({ change: how, text, author: null }));
  const said = (...parts: Parameters<typeof spans>) => {
    const text = { ...change("/sections/v1/lyrics", "text", "", ""), spans: spans(...parts) };
    return groupsOf("song", [text], SONG, SONG).flatMap(phrasesOf);
  };
  // From then to now: what was inserted since is removed.
  expect(said(["equal", "Rain "], ["insert", "writes its name on the window"])).toEqual([
    "6 words are removed from lyrics",
  ]);
  expect(said(["delete", "Rain"])).toEqual(["1 word is added to lyrics"]);
  expect(said(["delete", "two words"], ["insert", "one"])).toEqual([
    "2 words are added to and 1 word is removed from lyrics",
  ]);
  expect(said(["insert", " "])).toEqual(["letters change in lyrics"]);
});

test("changes come by what they belong to; a section that moved and changed is one group", () => {
  const found = groupsOf(
    "song",
    [
      change("/bpm", "set", 96, 101),
      change("/sections/v1", "move", 2, 0),
      change("/sections/v1/bars", "set", 8, 4),
      change("/sections/old", "remove", { name: "Outro" }, null),
    ],
    { sections: { old: { name: "Outro", kind: "outro" } } },
    SONG,
  );
  expect(found.map((group) => [group.name, group.changes.length])).toEqual([
    ["Song", 1],
    ["Chorus 2", 1],
    ["Outro", 0],
  ]);
  expect(found[1]?.moved?.new).toBe(0);
  expect(countOf(found)).toBe(4);
  expect(found.map((group) => phrasesOf(group))).toEqual([
    ["tempo 101 bpm to 96 bpm"],
    ["moves to place 3", "bars 4 to 8"],
    ["comes back"],
  ]);
});
