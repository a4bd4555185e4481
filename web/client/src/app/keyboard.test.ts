// Keys: combinations, sequences, what is left alone in text, and the switch that turns single keys off.
import { expect, test } from "vitest";
import type { Action } from "../ui/actions";
import { isInTextField, Shortcuts, TypingHands } from "./keyboard";

const run = () => undefined;
const actions: Action[] = [
  { id: "palette", name: "Palette", keys: "Mod+K", evenInText: true, run },
  { id: "undo", name: "Undo", keys: "Mod+Shift+Z", run },
  { id: "sheet", name: "Shortcuts", keys: "?", run },
  { id: "library", name: "Library", keys: "G L", run },
  { id: "lone", name: "Lone", keys: "L", run },
  { id: "told", name: "Only told", keys: "Space" },
  { id: "off", name: "Off", keys: "X", isDisabled: true, run },
  { id: "up", name: "Up", keys: "Alt+Up", evenInText: true, run },
];

function press(key: string, modifiers: Partial<KeyboardEvent> = {}) {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers };
}

function match(shortcuts: Shortcuts, event: ReturnType<typeof press>, isInText = false, now = 0) {
  return shortcuts.match(event, isInText, actions, now)?.id;
}

test("combinations are found, with exactly their modifiers", () => {
  const shortcuts = new Shortcuts(() => true);
  expect(match(shortcuts, press("k", { ctrlKey: true }))).toBe("palette");
  expect(match(shortcuts, press("K", { ctrlKey: true, shiftKey: true }))).toBeUndefined();
  expect(match(shortcuts, press("z", { ctrlKey: true, shiftKey: true }))).toBe("undo");
  expect(match(shortcuts, press("ArrowUp", { altKey: true }))).toBe("up");
  expect(match(shortcuts, press("?", { shiftKey: true }))).toBe("sheet");
});

test("letters one after the other count only close together", () => {
  const shortcuts = new Shortcuts(() => true);
  expect(match(shortcuts, press("g"), false, 0)).toBeUndefined();
  expect(match(shortcuts, press("l"), false, 500)).toBe("library");
  match(shortcuts, press("g"), false, 1000);
  expect(match(shortcuts, press("l"), false, 9000)).toBe("lone");
});

test("in a text field only what is meant for it works", () => {
  const shortcuts = new Shortcuts(() => true);
  expect(match(shortcuts, press("?"), true)).toBeUndefined();
  expect(match(shortcuts, press("z", { ctrlKey: true, shiftKey: true }), true)).toBeUndefined();
  expect(match(shortcuts, press("k", { ctrlKey: true }), true)).toBe("palette");
});

test("single keys can be turned off; combinations stay", () => {
  const shortcuts = new Shortcuts(() => false);
  expect(match(shortcuts, press("?"))).toBeUndefined();
  expect(match(shortcuts, press("g"))).toBeUndefined();
  expect(match(shortcuts, press("l"))).toBeUndefined();
  expect(match(shortcuts, press("k", { ctrlKey: true }))).toBe("palette");
});

test("what only tells about keys, or may not run, is not found", () => {
  const shortcuts = new Shortcuts(() => true);
  expect(match(shortcuts, press(" "))).toBeUndefined();
  expect(match(shortcuts, press("x"))).toBeUndefined();
});

test("who types on when the text is gone runs no command, until they pause or go elsewhere", () => {
  const hands = new TypingHands();
  hands.press(press("n"), false, 0);
  expect(hands.areTyping(1)).toBe(false);
  hands.press(press("i"), true, 100);
  hands.press(press("g"), false, 1900);
  expect([hands.areTyping(3800), hands.areTyping(3900)]).toEqual([true, false]);
  for (const key of ["Escape", "Tab"]) {
    hands.press(press("i"), true, 5000);
    hands.press(press(key), true, 5001);
    expect(hands.areTyping(5002)).toBe(false);
  }
  hands.press(press("i"), true, 6000);
  hands.rest();
  expect(hands.areTyping(6001)).toBe(false);
});

test("text fields are known: inputs with text, areas, what is editable; not checkboxes", () => {
  document.body.innerHTML = `<input id="text"><input id="box" type="checkbox"><textarea id="area"></textarea><p id="p"></p>`;
  const isText = (id: string) => isInTextField(document.getElementById(id));
  expect([isText("text"), isText("area"), isText("box"), isText("p")]).toEqual([true, true, false, false]);
});
