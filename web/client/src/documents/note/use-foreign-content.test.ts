// Notes take what any Yjs program writes; what is not plain text is never edited here.
import { expect, test } from "vitest";
import * as Y from "yjs";
import { foreignRootsIn, isPlainText } from "./use-foreign-content";

test("a text is plain until it holds formatting or embedded objects", () => {
  const text = new Y.Doc().getText("text");
  text.insert(0, "words 🎵");
  expect(isPlainText(text)).toBe(true);
  text.insertEmbed(3, { image: "x" });
  expect(isPlainText(text)).toBe(false);
  const formatted = new Y.Doc().getText("text");
  formatted.insert(0, "bold", { bold: true });
  expect(isPlainText(formatted)).toBe(false);
});

test("other programs' roots are found by name; our own, and empty ones, are none", () => {
  const doc = new Y.Doc();
  doc.getText("text").insert(0, "mine");
  doc.getMap("note").set("title", "Diary");
  doc.getMap("merely asked for");
  expect(foreignRootsIn(doc)).toEqual([]);
  doc.getXmlFragment("prosemirror").insert(0, [new Y.XmlElement("p")]);
  doc.getArray("items").push([1]);
  expect(foreignRootsIn(doc)).toEqual(["items", "prosemirror"]);
  // As they arrive: without a type until somebody asks.
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  expect(foreignRootsIn(other)).toEqual(["items", "prosemirror"]);
});
