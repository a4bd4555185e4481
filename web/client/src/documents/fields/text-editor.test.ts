// The editor writes what is typed into the shared text, undoes only its own, and keeps out what does not fit.
import { Direction, EditorView } from "@codemirror/view";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { FakeDocument } from "./fake-document";
import { syllableGutter } from "./syllable-gutter";
import { createTextEditor, type EditorLook, type TextEditor } from "./text-editor";

const LOOK: EditorLook = {
  label: "Producer notes",
  placeholder: "Write",
  mayWrite: true,
  language: "en",
  isProse: true,
  describedBy: "notes",
};

let song: FakeDocument;
let text: Y.Text;
let editor: TextEditor;
let onFocusChange: ReturnType<typeof vi.fn<(hasFocus: boolean) => void>>;
let onTooLong: ReturnType<typeof vi.fn<(over: number | null) => void>>;

beforeEach(() => {
  song = new FakeDocument("song");
  text = song.doc.getText("producer_notes");
  onFocusChange = vi.fn<(hasFocus: boolean) => void>();
  onTooLong = vi.fn<(over: number | null) => void>();
});

afterEach(() => editor.destroy());

function open(charsMax = 1000): EditorView {
  editor = createTextEditor({
    parent: document.body,
    session: song.session,
    text,
    place: "/producer_notes",
    charsMax,
    look: LOOK,
    extensions: syllableGutter("en"),
    onTooLong,
    onChange: () => undefined,
    onFocusChange,
  });
  return editor.view;
}

function type(view: EditorView, words: string, at = view.state.doc.length): void {
  view.dispatch({
    changes: { from: at, insert: words },
    selection: { anchor: at + words.length },
    userEvent: "input.type",
  });
}

const shown = (view: EditorView) => view.state.sliceDoc();

test("what is typed is shared at once, what others type is shown", () => {
  text.insert(0, "Rain");
  const view = open();
  type(view, " writes");
  expect(text.toJSON()).toBe("Rain writes");
  song.remote((doc) => doc.getText("producer_notes").insert(0, "The "));
  expect(shown(view)).toBe("The Rain writes");
});

test("each line goes the way its own words go, whoever stands in it", () => {
  text.insert(0, "Rain\nשלום עולם.");
  const view = open();
  const directions = () => [...view.contentDOM.querySelectorAll(".cm-line")].map((line) => line.getAttribute("dir"));
  expect(directions()).toEqual([null, "auto"]);
  type(view, " مطر", 4);
  expect(directions()).toEqual(["auto", "auto"]);
  expect(view.textDirectionAt(0)).toBe(Direction.LTR);
  expect(view.state.facet(EditorView.perLineTextDirection)).toBe(true);
});

test("undo and redo are mine alone, across fields", () => {
  const view = open();
  type(view, "mine");
  song.edit(() => song.doc.getMap("song").set("bpm", 90));
  song.remote((doc) => doc.getText("producer_notes").insert(0, "theirs "));
  song.undo.undo();
  expect(song.doc.getMap("song").get("bpm")).toBeUndefined();
  expect(shown(view)).toBe("theirs mine");
  song.undo.undo();
  expect(shown(view)).toBe("theirs ");
  song.undo.redo();
  expect(shown(view)).toBe("theirs mine");
  expect(text.toJSON()).toBe("theirs mine");
});

test.each([
  ["z", false, "undo"],
  ["Z", true, "redo"],
  // Caps Lock.
  ["Z", false, "undo"],
  ["z", true, "redo"],
  ["y", false, "redo"],
] as const)("Ctrl with %s (Shift: %s) is %s", (key, shiftKey, step) => {
  const view = open();
  type(view, "one");
  if (step === "redo") song.undo.undo();
  view.contentDOM.dispatchEvent(
    new KeyboardEvent("keydown", { key, ctrlKey: true, shiftKey, bubbles: true, cancelable: true }),
  );
  expect(shown(view)).toBe(step === "undo" ? "" : "one");
});

test("a text that would be too long is not taken, and said; others' text is shown even so", async () => {
  text.insert(0, "12345678");
  const view = open(10);
  type(view, "901");
  expect(text.toJSON()).toBe("12345678");
  await Promise.resolve();
  expect(onTooLong).toHaveBeenLastCalledWith(1);
  type(view, "90");
  await Promise.resolve();
  expect(onTooLong).toHaveBeenLastCalledWith(null);
  song.remote((doc) => doc.getText("producer_notes").insert(0, "xx"));
  expect(shown(view)).toBe("xx1234567890");
  // Shorter is always allowed.
  view.dispatch({ changes: { from: 0, to: 1 }, userEvent: "delete" });
  expect(text.toJSON()).toBe("x1234567890");
});

test("carriage returns in the shared text are characters, so that positions agree", () => {
  text.insert(0, "one\r\ntwo");
  const view = open();
  expect(view.state.doc.length).toBe(text.length);
  type(view, "!");
  expect(text.toJSON()).toBe("one\r\ntwo!");
});

test("characters beyond the first plane keep their places", () => {
  text.insert(0, "🎵🎶");
  const view = open();
  type(view, "é", 2);
  expect(text.toJSON()).toBe("🎵é🎶");
  song.remote((doc) => doc.getText("producer_notes").delete(0, 2));
  expect(shown(view)).toBe("é🎶");
});

/** Mina, on another machine, selects from one place to another. */
async function minaAt(anchor: number, head: number): Promise<void> {
  const position = (index: number): unknown =>
    Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index));
  const kind = song.awareness.states.has(7) ? "updated" : "added";
  song.awareness.states.set(7, {
    person: { id: "mina", name: "Mina", colour: 3 },
    field: "/producer_notes",
    cursor: { place: "/producer_notes", anchor: position(anchor), head: position(head) },
  });
  song.awareness.emit("change", [{ added: [], updated: [], removed: [], [kind]: [7] }, "test"]);
  await Promise.resolve();
}

test("others' carets carry their names and colours, and stand where they point", async () => {
  text.insert(0, "Rain writes");
  const view = open();
  await minaAt(0, 4);
  const caret = view.dom.querySelector<HTMLElement>(".remote-caret");
  expect(caret?.textContent).toBe("Mina");
  expect(caret?.style.getPropertyValue("--caret")).toBe("var(--person-3)");
  expect(view.dom.querySelector(".remote-caret__selection")?.textContent).toBe("Rain");
  type(view, "Hard ", 0);
  expect(view.dom.querySelector(".remote-caret__selection")?.textContent).toBe("Rain");
  song.awareness.states.delete(7);
  song.awareness.emit("change", [{ added: [], updated: [], removed: [7] }, "test"]);
  await Promise.resolve();
  expect(view.dom.querySelector(".remote-caret")).toBeNull();
});

test("a name stands at a caret while it moves, and goes when it rests", async () => {
  vi.useFakeTimers();
  try {
    text.insert(0, "Rain writes");
    const view = open();
    await minaAt(1, 1);
    const caretNow = () => view.dom.querySelector(".remote-caret");
    const caret = caretNow();
    const isNamed = () => caretNow()?.classList.contains("remote-caret--named");
    for (let head = 2; head <= 6; head += 1) {
      vi.advanceTimersByTime(1000);
      await minaAt(head, head);
      // The same element goes along: nothing is drawn anew for a key.
      expect(caretNow()).toBe(caret);
      expect(isNamed()).toBe(true);
    }
    vi.advanceTimersByTime(2500);
    expect(isNamed()).toBe(false);
    type(view, "Hard ", 0);
    expect(isNamed()).toBe(false);
    await minaAt(0, 0);
    expect(isNamed()).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test("who may not write reads, and is told so", () => {
  text.insert(0, "Rain");
  const view = open();
  editor.setLook({ ...LOOK, mayWrite: false });
  expect(view.contentDOM.getAttribute("contenteditable")).toBe("false");
  expect(view.contentDOM.getAttribute("aria-readonly")).toBe("true");
  expect(view.contentDOM.tabIndex).toBe(0);
  expect(view.contentDOM.getAttribute("aria-label")).toBe("Producer notes");
});

test("each line has its syllables in the margin", () => {
  text.insert(0, "Rain writes its name\n\nHallelujah");
  const view = open();
  const counts = [...view.dom.querySelectorAll(".syllable-gutter .cm-gutterElement")].map(
    (element) => element.textContent,
  );
  expect(counts.filter((count) => count !== "")).toEqual(["4", "4"]);
});

test("a destroyed editor hears and changes nothing, and undo goes on", () => {
  const view = open();
  type(view, "words");
  editor.destroy();
  song.undo.undo();
  expect(text.toJSON()).toBe("");
  song.undo.redo();
  expect(text.toJSON()).toBe("words");
});

test("an editor hears late that it lost the focus, and takes nobody out of the field they are in by then", async () => {
  const view = open();
  view.focus();
  await vi.waitFor(() => expect(song.announced.at(-1)).toBe("/producer_notes"));
  view.contentDOM.blur();
  song.announce("/bpm");
  await vi.waitFor(() => expect(onFocusChange).toHaveBeenLastCalledWith(false));
  expect(song.announced.at(-1)).toBe("/bpm");
});

test("an editor that goes with the focus in it, as a removed section does, leaves nobody behind", async () => {
  const view = open();
  view.focus();
  await vi.waitFor(() => expect(song.announced.at(-1)).toBe("/producer_notes"));
  editor.destroy();
  expect(song.announced.at(-1)).toBeNull();
});

test("the page has a selection from the first editor on, and keeps the one it has", () => {
  const selection = document.getSelection();
  selection?.removeAllRanges();
  open();
  expect(selection?.focusNode).toBe(document.body);
  const words = document.createElement("p");
  words.textContent = "Elsewhere";
  document.body.append(words);
  selection?.collapse(words, 0);
  editor.destroy();
  open();
  expect(selection?.focusNode).toBe(words);
  words.remove();
});
