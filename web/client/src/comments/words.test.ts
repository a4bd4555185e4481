// The words of a thread are found again wherever edits moved them.
import { expect, test } from "vitest";
import * as Y from "yjs";
import { anchorOf, wordsOf } from "./words";

function written(words: string): Y.Text {
  const text = new Y.Doc().getText("text");
  text.insert(0, words);
  return text;
}

const quoted = (text: Y.Text, anchor: ReturnType<typeof anchorOf>) => {
  const words = wordsOf(text, anchor);
  return words && text.toJSON().slice(words.from, words.to);
};

test("words keep their place while others write before, inside and right after them", () => {
  const text = written("rain on the roof");
  const anchor = anchorOf(text, 0, 4);
  text.insert(0, "soft ");
  text.insert(7, "--");
  text.insert(text.toJSON().indexOf("n on") + 1, "y");
  expect(quoted(text, anchor)).toBe("ra--in");
});

test("words that were deleted are gone; part of them is what is left", () => {
  const text = written("rain on the roof");
  const anchor = anchorOf(text, 5, 11);
  text.delete(5, 3);
  expect(quoted(text, anchor)).toBe("the");
  text.delete(0, text.length);
  expect(wordsOf(text, anchor)).toBeNull();
});

test("the last words of a text do not take in what is written after them", () => {
  const text = written("rain");
  const anchor = anchorOf(text, 0, 4);
  text.insert(4, " on");
  expect(quoted(text, anchor)).toBe("rain");
});

test("positions of another text, and of units that have not arrived, are nowhere here", () => {
  const text = written("rain");
  expect(wordsOf(text, anchorOf(written("sun"), 0, 3))).toBeNull();
  expect(wordsOf(text, { from: null, to: null })).toBeNull();
});

test("what goes over the wire holds nothing but the names of units", () => {
  const { from, to } = anchorOf(written("rain"), 0, 4);
  expect(Object.keys(from).sort()).toEqual(["assoc", "item", "tname", "type"]);
  expect(to.assoc).toBe(-1);
});
