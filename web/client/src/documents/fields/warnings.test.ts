// Warnings are the server's, word for word in meaning, and never refuse anything.
import { expect, test } from "vitest";
import kinds from "../../api/kinds.generated.json";
import { pointerTo } from "../../collab/path";
import type { Kind } from "../../collab/shape";
import { addEntry, setField } from "../../collab/values";
import { LIMITS } from "./definitions";
import { FakeDocument } from "./fake-document";
import { warningsIn, WarningStore } from "./warnings";

test("songs: title, sections, names, chords and bars", () => {
  const song = new FakeDocument("song");
  expect([...warningsIn(song.doc, "song").keys()]).toEqual(["/title", "/sections"]);
  setField(song.session, ["title"], "Rain");
  const one = addEntry(song.session, ["sections"], { name: "Verse", lyrics: "a", chords: "C", bars: 4 });
  expect(warningsIn(song.doc, "song").size).toBe(0);
  const two = addEntry(song.session, ["sections"], { name: "Verse", lyrics: "a" });
  expect([...warningsIn(song.doc, "song").keys()]).toEqual([`/sections/${two}/chords`, `/sections/${two}/bars`]);
  setField(song.session, ["sections", two, "lyrics"], "b");
  const found = warningsIn(song.doc, "song");
  expect(found.get(`/sections/${two}/name`)?.[0]).toContain("same name as another section");
  expect(found.has(`/sections/${one}/name`)).toBe(false);
});

test("worlds: names, doubles and strangers; personas: empty boundaries; notes: nothing", () => {
  const world = new FakeDocument("world");
  setField(world.session, ["name"], "Coast");
  const known = addEntry(world.session, ["entities"], { name: "Ilse" });
  const double = addEntry(world.session, ["entities"], { name: "Ilse" });
  const event = addEntry(world.session, ["timeline"], { participants: [known, "nobody"] });
  const found = warningsIn(world.doc, "world");
  expect([...found.keys()]).toEqual([`/entities/${double}/name`, `/timeline/${event}/participants`]);
  expect(found.get(`/timeline/${event}/participants`)?.[0]).toBe("One of them is not in this world any more.");
  const persona = new FakeDocument("persona");
  setField(persona.session, ["name"], "Mara");
  const boundary = addEntry(persona.session, ["boundaries"]);
  expect([...warningsIn(persona.doc, "persona").keys()]).toEqual([`/boundaries/${boundary}/text`]);
  expect(warningsIn(new FakeDocument("note").doc, "note").size).toBe(0);
});

test("whichever list grows beyond what one can work with, of whatever kind, it is said beside it", () => {
  const many = Array.from({ length: LIMITS.labels + 1 }, (_, index) => `label ${index}`);
  for (const kind of ["song", "persona", "world"] as const) {
    const full = new FakeDocument(kind);
    const places = labelsOf(kind).map((path) => {
      const at = path.flatMap((part) => (part === "*" ? [] : [part]));
      const inEntry = path.indexOf("*");
      if (inEntry >= 0) at.splice(inEntry, 0, addEntry(full.session, path.slice(0, inEntry)));
      setField(full.session, at, many);
      return pointerTo(at);
    });
    expect(places.length).toBeGreaterThan(0);
    const found = warningsIn(full.doc, kind);
    for (const place of places) expect(found.get(place)?.[0], place).toContain("hard to work with");
  }
});

/** The places of all lists of labels of a kind, as the server describes it; * stands for any entry. */
function labelsOf(kind: Kind): string[][] {
  interface Described {
    "x-field"?: string;
    properties?: Record<string, Described>;
    additionalProperties?: Described | boolean;
  }
  const within = (field: Described, path: string[]): string[][] => {
    if (field["x-field"] === "labels") return [path];
    const entry = field["x-field"] === "entries" ? (field.additionalProperties as Described) : null;
    if (entry !== null) return within(entry, [...path, "*"]);
    return Object.entries(field.properties ?? {}).flatMap(([name, inner]) => within(inner, [...path, name]));
  };
  return within(kinds.kinds[kind].schema as Described, []);
}

test("nothing is said of a document that is still opening", () => {
  const song = new FakeDocument("song");
  song.become({ phase: "loading" });
  const store = new WarningStore(song.session);
  const stop = store.follow();
  expect(store.at("/title")).toEqual([]);
  stop();
});
