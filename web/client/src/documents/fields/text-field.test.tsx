// A text field is plain text until one comes near, and loses nothing on the way.
import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addEntry, removeEntry, textAt, valueAt } from "../../collab/values";
import { FakeDocument, renderIn } from "./fake-document";
import { TextField } from "./text-field";

type Seen = { target: Element; isIntersecting: boolean; boundingClientRect: DOMRect };

/** Tells what is near when the test says so. The field's observer outlives a test, as it does a page. */
class Observer {
  static readonly all: Observer[] = [];
  readonly targets = new Set<Element>();
  constructor(readonly callback: (seen: Seen[]) => void) {
    Observer.all.push(this);
  }
  observe(target: Element) {
    this.targets.add(target);
  }
  unobserve(target: Element) {
    this.targets.delete(target);
  }
  disconnect() {
    this.targets.clear();
  }
}

/** The field comes near what one sees, or leaves it. */
function report(isIntersecting: boolean): void {
  act(() => {
    for (const { targets, callback } of Observer.all) {
      const papers = [...targets].filter((target) => target.classList.contains("text-field__paper"));
      if (papers.length > 0) {
        callback(
          papers.map((target) => ({ target, isIntersecting, boundingClientRect: target.getBoundingClientRect() })),
        );
      }
    }
  });
}

let song: FakeDocument;

beforeEach(() => {
  song = new FakeDocument("song");
  vi.stubGlobal("IntersectionObserver", Observer);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const box = () => screen.getByRole("textbox", { name: "Lyrics" });
const isEditor = () => box().classList.contains("cm-content");

test("far away it is plain text that follows the document; near, an editor in its turn; far again, plain", async () => {
  const id = addEntry(song.session, ["sections"], { lyrics: "Rain" });
  renderIn(song, <TextField path={["sections", id, "lyrics"]} label="Lyrics" />);
  expect(isEditor()).toBe(false);
  act(() => song.remote((doc) => (textAt(doc, ["sections", id, "lyrics"]) ?? doc.getText("x")).insert(4, "bow")));
  expect(box().textContent).toBe("Rainbow");
  report(true);
  await waitFor(() => expect(isEditor()).toBe(true));
  expect(box().textContent).toBe("Rainbow");
  report(false);
  expect(isEditor()).toBe(false);
});

test("what was near for a moment only is not built", () => {
  vi.useFakeTimers();
  const id = addEntry(song.session, ["sections"], { lyrics: "Rain" });
  renderIn(song, <TextField path={["sections", id, "lyrics"]} label="Lyrics" />);
  report(true);
  report(false);
  act(() => void vi.runAllTimers());
  expect(isEditor()).toBe(false);
});

test("what is seen as soon as the page opens is an editor at once", () => {
  const id = addEntry(song.session, ["sections"], { lyrics: "Rain" });
  renderIn(song, <TextField path={["sections", id, "lyrics"]} label="Lyrics" isNearAtFirst />);
  expect(isEditor()).toBe(true);
});

test("focus makes it an editor within the same event, with the focus inside", () => {
  const id = addEntry(song.session, ["sections"], { lyrics: "Rain" });
  renderIn(song, <TextField path={["sections", id, "lyrics"]} label="Lyrics" />);
  const plain = box();
  plain.focus();
  // No act and no waiting: the next key press must already be in the editor.
  expect(isEditor()).toBe(true);
  expect(document.activeElement).toBe(box());
  report(false);
  expect(isEditor()).toBe(true);
});

test("an entry made without this text gets one when somebody writes; its removal takes the field along", () => {
  const id = addEntry(song.session, ["sections"]);
  song.remote((doc) => doc.getMap<{ delete: (key: string) => void }>("sections").get(id)?.delete("notes"));
  const path = ["sections", id, "notes"];
  renderIn(song, <TextField path={path} label="Lyrics" />);
  expect(textAt(song.doc, path)).toBeNull();
  act(() => box().focus());
  expect(isEditor()).toBe(true);
  act(() => textAt(song.doc, path)?.insert(0, "here"));
  expect(valueAt(song.doc, path)).toBe("here");
  act(() => removeEntry(song.session, ["sections"], id));
  expect(isEditor()).toBe(false);
  act(() => void song.undo.undo());
  expect(box().textContent).toBe("here");
});
