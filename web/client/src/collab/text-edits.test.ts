// The fewest edits between two texts.
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { rewrite, textEdits, type TextEdit } from "./text-edits";

function applied(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .reverse()
    .reduce((now, { at, removed, inserted }) => now.slice(0, at) + inserted + now.slice(at + removed), text);
}

describe("text edits", () => {
  it("touches only the words that changed", () => {
    const before = "one two three four five six";
    const after = "one 2 three four 5 six";
    const edits = textEdits(before, after);
    expect(applied(before, edits)).toBe(after);
    expect(edits).toEqual([
      { at: 4, removed: 3, inserted: "2" },
      { at: 19, removed: 4, inserted: "5" },
    ]);
    expect(textEdits("same", "same")).toEqual([]);
  });

  it("never cuts a character in half", () => {
    for (const [before, after] of [
      ["a😀b", "a😁b"],
      ["😀", "😁😀"],
      ["x🎵", "x🎵🎵"],
    ] as const) {
      for (const { at, removed, inserted } of textEdits(before, after)) {
        expect([before.slice(at, at + removed), inserted].some((part) => /\p{Cs}/u.test(part))).toBe(false);
      }
      expect(applied(before, textEdits(before, after))).toBe(after);
    }
  });

  it("is right for random texts, and quick for texts that have nothing in common", () => {
    let state = 7;
    const random = (most: number) => (state = (state * 48271) % 2147483647) % most;
    const words = ["la", "di", "da ", " ", "\n", "é", "😀", "the"];
    const make = (length: number) => Array.from({ length }, () => words[random(words.length)]).join("");
    for (let round = 0; round < 300; round++) {
      const before = make(random(30));
      const after = random(2) ? make(random(30)) : before.slice(0, random(before.length + 1)) + make(random(5));
      expect(applied(before, textEdits(before, after))).toBe(after);
    }
    const [old, wanted] = ["a ".repeat(20_000), "b ".repeat(20_000)];
    const started = performance.now();
    expect(applied(old, textEdits(old, wanted))).toBe(wanted);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("keeps what another person writes at the same time", () => {
    const [mine, theirs] = [new Y.Doc(), new Y.Doc()];
    mine.getText("t").insert(0, "one two three");
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(mine));
    theirs.getText("t").insert(7, " and a half");
    rewrite(mine.getText("t"), "1 two 3");
    Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs));
    expect(mine.getText("t").toJSON()).toBe("1 two and a half 3");
  });
});
