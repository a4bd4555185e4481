// The words that sound are the song's own text with the engine's times, or what the engine sang where they differ.
import { expect, test } from "vitest";
import { follow, lineAt, readSungWords, sectionAt, type SungWord } from "./follow";

const sections = [{ id: "v", name: "Verse", start_s: 10, end_s: 20 }];

function sung(line: number, start_s: number, ...words: string[]): SungWord[] {
  return words.map((word, index) => ({
    word,
    start_s: start_s + index,
    end_s: start_s + index + 1,
    section_id: "v",
    line,
  }));
}

const textOf = (section: ReturnType<typeof follow>[number]) =>
  section.lines.map((line) => line.stretches.map(({ text }) => text).join(""));

test("the song's text keeps its commas, and every word has its moment", () => {
  const words = [...sung(0, 10, "Rain", "writes"), ...sung(1, 13, "I", "read", "it")];
  const [verse] = follow({ sections }, words, () => "“Rain, writes …”\n\nI read it!");
  expect(verse!.source).toBe("song");
  expect(textOf(verse!)).toEqual(["“Rain, writes …”", "", "I read it!"]);
  expect(verse!.lines[0]!.stretches.map(({ start_s }) => start_s)).toEqual([10, 11]);
  expect(verse!.lines[2]!.start_s).toBe(13);
});

test("directions between the lines stay, unsung", () => {
  const [verse] = follow({ sections }, sung(0, 10, "la"), () => "[softly]\nla");
  expect(textOf(verse!)).toEqual(["[softly]", "la"]);
  expect(verse!.lines[0]!.start_s).toBeNull();
});

test("a line that ran out of bars is still that line", () => {
  const [verse] = follow({ sections }, sung(0, 10, "ever", "further"), () => "ever further than a light");
  expect(verse!.source).toBe("song");
  expect(verse!.lines[0]!.stretches.map(({ start_s }) => start_s)).toEqual([10, 11, null, null, null]);
});

test("changed words are not passed off as what is sung", () => {
  const [verse] = follow({ sections }, sung(0, 10, "old", "words"), () => "new words");
  expect(verse!.source).toBe("take");
  expect(textOf(verse!)).toEqual(["old words"]);
});

test("a section that was removed from the song shows what is sung", () => {
  const [verse] = follow({ sections }, sung(0, 10, "gone"), () => null);
  expect(textOf(verse!)).toEqual(["gone"]);
});

test("without times the song's text is shown as it is", () => {
  const [verse] = follow({ sections }, null, () => "\n\nfirst\nsecond\n");
  expect(textOf(verse!)).toEqual(["first", "second"]);
  expect(lineAt(verse!, 15)).toBe(-1);
});

test("a section of the song that is played twice has its own times each time", () => {
  const twice = [...sections, { id: "v", name: "Verse", start_s: 30, end_s: 40 }];
  const words = [...sung(0, 10, "la"), ...sung(0, 30, "la")];
  const [first, second] = follow({ sections: twice }, words, () => "la");
  expect([first!.lines[0]!.start_s, second!.lines[0]!.start_s]).toEqual([10, 30]);
});

test("the line that is sung, or was last", () => {
  const [verse] = follow({ sections }, [...sung(0, 10, "a"), ...sung(1, 14, "b")], () => "a\nb");
  expect([9, 10, 13, 14, 19].map((time) => lineAt(verse!, time))).toEqual([-1, 0, 0, 1, 1]);
});

test("sections end where the next begins", () => {
  expect(sectionAt(sections, 9.99)).toBeNull();
  expect(sectionAt(sections, 10)?.id).toBe("v");
  expect(sectionAt(sections, 20)).toBeNull();
});

test("marks that are none are left out", () => {
  expect(follow({ sections: [{ id: 1 }, { id: "x", name: "X", start_s: 5, end_s: 5 }] }, null, () => "a")).toEqual([]);
});

test.each([null, {}, [{}], [{ word: "a", start_s: "0", end_s: 1, section_id: "v", line: 0 }]])(
  "nonsense is no lyrics: %j",
  (json) => expect(readSungWords(json)).toBeNull(),
);
