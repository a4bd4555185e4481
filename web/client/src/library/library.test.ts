// What the library remembers in its address, and how much a document says it holds.
import { expect, test } from "vitest";
import { countsInWords } from "./counts";
import { filterOf, paramsOf } from "./use-library-filter";

test("a filter survives the way into an address and back", () => {
  const filter = { search: "rain & sea", kinds: ["song" as const, "note" as const], order: "title" as const };
  expect(filterOf(new URLSearchParams(paramsOf(filter).toString()))).toEqual(filter);
  expect(paramsOf({ search: " ", kinds: [], order: "recent" }).toString()).toBe("");
});

test("what an address asks for and nobody knows is left out", () => {
  expect(filterOf(new URLSearchParams("kind=hymn&kind=song&order=size"))).toEqual({
    search: "",
    kinds: ["song"],
    order: "recent",
  });
});

test.each([
  [{ sections: 8, bars: 52, words: 1216 }, "8 sections · 1,216 words"],
  [{ entities: 1, events: 3 }, "1 entity · 3 events"],
  [{ sections: 1, words: 0 }, "1 section"],
  [{}, ""],
])("%j reads as %s", (counts, words) => {
  expect(countsInWords(counts)).toBe(words);
});
