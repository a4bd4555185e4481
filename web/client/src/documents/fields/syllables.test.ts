// Syllables, lines and words are counted as people count them.
import { expect, test } from "vitest";
import { linesIn, syllablesIn, wordsIn } from "./syllables";

test.each([
  ["Grandmother folded the maps into sails", 10],
  ["Said every shore is a story that fails", 10],
  ["Till somebody stands where the water begins", 11],
  ["And hangs out a light for the ships coming in", 11],
  ["Lanterns on the tideline", 6],
  ["One for every name", 5],
  ["Follow back the flame", 5],
  ["I'll keep yours burning bright", 6],
  ["Hallelujah", 4],
  ["Rain writes its name on the window", 8],
  ["the streetlights hum along", 6],
  ["chasing fires", 3],
  ["", 0],
  ["…", 0],
  ["[Am] rain [F#m7/C#] again", 3],
])("English: %j has %i syllables", (line, count) => {
  expect(syllablesIn(line, "en")).toBe(count);
});

test.each([
  ["table", 2],
  ["people", 2],
  ["little", 2],
  ["walked", 1],
  ["wanted", 2],
  ["loved", 1],
  ["roses", 2],
  ["names", 1],
  ["didn't", 2],
  ["don't", 1],
  ["could've", 2],
  ["chaos", 2],
  ["playing", 2],
  ["lonely", 2],
  ["rhythm", 2],
  ["queue", 1],
  ["moon", 1],
  ["beautiful", 3],
  ["radio", 3],
  ["naïve", 2],
])("the English word %s has %i", (word, count) => {
  expect(syllablesIn(word, "en")).toBe(count);
});

test.each([
  ["de", "Die Straße schläft", 4],
  ["es", "Corazón de melón", 6],
  ["fr", "Je ne regrette rien", 6],
  ["ja", "きょうは さくら", 6],
  ["ja", "東京", 2],
  ["ko", "사랑해요", 4],
  ["zh", "月亮代表我的心", 7],
  ["ru", "Катюша", 3],
])("other languages (%s): %j has about %i", (language, line, count) => {
  expect(syllablesIn(line, language)).toBe(count);
});

test("words are counted with or without spaces between them", () => {
  expect(wordsIn("Rain, rain – go away")).toBe(4);
  expect(wordsIn("月亮代表我的心")).toBe(7);
  expect(wordsIn("사랑해요 정말")).toBe(2);
  expect(wordsIn("don't")).toBe(1);
  expect(wordsIn("")).toBe(0);
});

test("empty lines are no lines", () => {
  expect(linesIn("one\n\n  \ntwo\n")).toBe(2);
  expect(linesIn("")).toBe(0);
});
