// The sheet as text: chords keep their columns and nothing runs together.
import { expect, test } from "vitest";
import { sheetText } from "./sheet-text";

const section = (more: object) => ({
  id: "a",
  name: "Verse 1",
  kind: "verse",
  bars: 4,
  chords: "",
  lyrics: "",
  ...more,
});

test("title, facts, and each section under its name", () => {
  const text = sheetText(
    {
      title: "Glasshouse Weather",
      facts: "D minor · 96 bpm",
      sections: [
        section({ chords: "Dm F C Gm", lyrics: "Rain writes its name\nI read it back" }),
        section({ name: "Solo", chords: "Dm | F" }),
      ],
    },
    true,
  );
  expect(text).toBe(
    [
      "Glasshouse Weather",
      "D minor · 96 bpm",
      "",
      "[Verse 1]",
      "Dm          F",
      "Rain writes its name",
      "C      Gm",
      "I read it back",
      "",
      "[Solo]",
      "Dm | F",
      "",
    ].join("\n"),
  );
});

test("without chords there are only words", () => {
  const sections = [section({ chords: "C G", lyrics: "one two" })];
  expect(sheetText({ title: "T", facts: "", sections }, false)).toBe("T\n\n[Verse 1]\none two\n");
});

test("chords wider than their words do not run together", () => {
  const sections = [section({ chords: "Cmaj7 F#m7b5 G7", lyrics: "a b c", bars: 3 })];
  expect(sheetText({ title: "T", facts: "", sections }, true)).toContain("Cmaj7 F#m7b5 G7\na b c");
});
