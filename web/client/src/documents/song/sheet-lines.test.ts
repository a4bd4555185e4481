// Chords over words: nothing of the lyrics is lost, and every chord finds its word.
import { expect, test } from "vitest";
import { sheetLines, type SheetLine } from "./sheet-lines";

const shown = (lines: readonly SheetLine[]) =>
  lines.map(({ pieces }) => pieces.map(({ chord, text }) => (chord === null ? text : `[${chord}]${text}`)).join(""));
const words = (lines: readonly SheetLine[]) => lines.map(({ pieces }) => pieces.map(({ text }) => text).join(""));

test("lines share the bars of their section", () => {
  const lines = sheetLines("So I carry the flame\nCounting the waves", "F G Am Am/G", 4);
  expect(shown(lines)).toEqual(["[F]So I [G]carry the flame", "[Am]Counting [Am/G]the waves"]);
});

test("chords are played again when the section is longer, and left out when it is shorter", () => {
  expect(shown(sheetLines("one two\nthree four", "C G", 4))).toEqual(["[C]one [G]two", "[C]three [G]four"]);
  expect(shown(sheetLines("one two", "C G D A", 1))).toEqual(["[C]one two"]);
});

test("lines that do not divide the bars leave none out", () => {
  const lines = sheetLines("a b\nc d\ne f", "C D E F G A B C", 8);
  const chords = lines.flatMap(({ pieces }) => pieces.flatMap(({ chord }) => chord ?? []));
  expect(chords).toEqual(["C", "D", "E", "F", "G", "A", "B", "C"]);
});

test("more chords than words follow the last word", () => {
  expect(shown(sheetLines("Lanterns", "F C G Am", 4))).toEqual(["[F]Lanterns[C][G][Am]"]);
});

test("chords that somebody has put over the words stay there", () => {
  const lines = sheetLines("Rain writes its name\nI read it back", "C    Am\n  F       G", 4);
  expect(shown(lines)).toEqual(["[C]Rain [Am]writes its name", "I [F]read it [G]back"]);
});

test("words are never lost or changed", () => {
  const lyrics = "  Ah,   oh\tdear \n\n(softly)\nnaïve 🙂 café\n日本語の歌";
  for (const chords of ["", "C", "C G Am F C G Am F", "| C G | Am |", "C   G\nF    A\nD  E"])
    expect(words(sheetLines(lyrics, chords, 8))).toEqual([
      "  Ah,   oh\tdear",
      "",
      "(softly)",
      "naïve 🙂 café",
      "日本語の歌",
    ]);
});

test("directions and gaps get no chords and take no bars", () => {
  const lines = sheetLines("[softly]\none\n\ntwo", "C G", 2);
  expect(lines.map(({ how }) => how)).toEqual(["direction", "words", "gap", "words"]);
  expect(shown(lines)).toEqual(["[softly]", "[C]one", "", "[G]two"]);
});

test("a section without words shows its chords as they are written", () => {
  const lines = sheetLines("", "Am F | C G\n\nDm", 4);
  expect(lines.map(({ how }) => how)).toEqual(["chords", "chords"]);
  expect(lines[0]?.pieces.map(({ chord }) => chord)).toEqual(["Am", "F", "|", "C", "G"]);
});

test("without chords, lyrics are lyrics; with nothing there is nothing", () => {
  expect(shown(sheetLines("one\ntwo", "", 8))).toEqual(["one", "two"]);
  expect(sheetLines("", "", 8)).toEqual([]);
});

test("a chord inside a joined word stands at its start, and a letter keeps its marks", () => {
  expect(shown(sheetLines("شكرا يا صديقي", "C     G   F", 4))).toEqual(["[C]شكرا [G]يا [F]صديقي"]);
  expect(shown(sheetLines("שָׁלוֹם עולם", "C G     Am", 4))).toEqual(["[C]שָׁ[G]לוֹם [Am]עולם"]);
  expect(shown(sheetLines("a 🙂 b", "C  G", 4))).toEqual(["[C]a 🙂[G] b"]);
});
