// Input methods: what waits while somebody composes, and for how long.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Composition } from "./composition";

let composition: Composition;
let acts: string[];
const act = (name: string) => composition.after(() => acts.push(name));

beforeEach(() => {
  vi.useFakeTimers();
  composition = new Composition();
  acts = [];
});

afterEach(() => vi.useRealTimers());

describe("changes beside a word that is composed", () => {
  it("come at once while nobody composes", () => {
    act("one");
    expect(acts).toEqual(["one"]);
  });

  it("wait for the word, and come in their order once the editor has read it", () => {
    composition.begin();
    act("one");
    act("two");
    composition.end();
    expect(acts).toEqual([]);
    vi.advanceTimersByTime(100);
    act("three");
    expect(acts).toEqual(["one", "two", "three"]);
  });

  it("come behind one that fails, and before what they bring about", () => {
    composition.begin();
    composition.after(() => {
      act("one of one");
      throw new Error("no good");
    });
    act("two");
    composition.end();
    expect(() => vi.advanceTimersByTime(100)).toThrow("no good");
    vi.advanceTimersByTime(100);
    expect(acts).toEqual(["two", "one of one"]);
    act("three");
    expect(acts).toEqual(["two", "one of one", "three"]);
  });

  it("wait on when the next word begins at once", () => {
    composition.begin();
    act("one");
    composition.end();
    composition.begin();
    vi.advanceTimersByTime(1_000);
    expect(acts).toEqual([]);
    composition.end();
    vi.advanceTimersByTime(100);
    expect(acts).toEqual(["one"]);
  });

  it("come after ten seconds beside a word that nobody finishes, again and again", () => {
    composition.begin();
    vi.advanceTimersByTime(60_000);
    act("one");
    vi.advanceTimersByTime(5_000);
    act("two");
    expect(acts).toEqual([]);
    vi.advanceTimersByTime(5_000);
    expect(acts).toEqual(["one", "two"]);
    act("three");
    expect(acts).toEqual(["one", "two"]);
    vi.advanceTimersByTime(10_000);
    expect(acts).toEqual(["one", "two", "three"]);
  });
});
