// Mentions are found while they are typed, and again in what was sent.
import { expect, test } from "vitest";
import { isSpaceAfter, mentionedIn, openMentionAt, pieces, suggested, withMention } from "./mentions";

const PEOPLE = [
  { id: "1", name: "Mina Okafor" },
  { id: "2", name: "Mina" },
  { id: "3", name: "Émile Zo" },
];

test.each([
  ["@", 1, { at: 0, typed: "" }],
  ["warmer, @Mi", 11, { at: 8, typed: "Mi" }],
  ["(@Mina Ok", 9, { at: 1, typed: "Mina Ok" }],
  ["mail me@home", 12, null],
  ["@Mina\nnew line", 14, null],
  ["@Mina, yes", 2, { at: 0, typed: "M" }],
] as const)("what is typed in %j at %i", (text, caret, expected) => {
  expect(openMentionAt(text, caret)).toEqual(expected);
});

test("names that begin with the letters come first; accents and case do not matter", () => {
  expect(suggested(PEOPLE, "mi").map(({ id }) => id)).toEqual(["2", "1"]);
  expect(suggested(PEOPLE, "emi").map(({ id }) => id)).toEqual(["3"]);
  expect(suggested(PEOPLE, "zo").map(({ id }) => id)).toEqual(["3"]);
  expect(suggested(PEOPLE, "x")).toEqual([]);
});

test("a chosen name takes the place of the letters, and words go on after it", () => {
  expect(withMention("so @mi", { at: 3, typed: "mi" }, "Mina")).toEqual({ text: "so @Mina ", caret: 9 });
  expect(withMention("@m what", { at: 0, typed: "m" }, "Mina")).toEqual({ text: "@Mina what", caret: 6 });
});

test("the space that comes with a name is not typed twice", () => {
  const picked = withMention("so @mi what", { at: 3, typed: "mi" }, "Mina");
  expect(isSpaceAfter(picked, "so @Mina  what")).toBe(true);
  expect(isSpaceAfter(picked, "so @Mina , what")).toBe(false);
  expect(isSpaceAfter(picked, "so @Mina what ")).toBe(false);
});

test("the longer name wins, part of a word or of an address is no mention, each person counts once", () => {
  expect(pieces("@Mina Okafor and @Mina!", PEOPLE)).toEqual([
    { text: "@Mina Okafor", id: "1" },
    { text: " and ", id: null },
    { text: "@Mina", id: "2" },
    { text: "!", id: null },
  ]);
  expect(mentionedIn("@Minamoto a@Mina @Nobody", PEOPLE)).toEqual([]);
  expect(mentionedIn("@Mina @Mina", PEOPLE)).toEqual(["2"]);
});
