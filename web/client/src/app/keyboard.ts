// Keys to actions: combinations such as `Mod+K`, and letters one after the other such as `G L`.
import { useEffect } from "react";
import { actions, isOff, type Action } from "../ui/actions";
import { isMac } from "../ui/kbd";
import { StoredChoice } from "../ui/stored-choice";

/** Whether keys without Mod or Alt do anything: WCAG 2.1.4 wants them to be switched off by those they hinder. */
export const letterKeys = new StoredChoice<"on" | "off">("counterpoint:letter-keys", ["on", "off"], "on");

/** How long the second letter may take. */
const SEQUENCE_MS = 1200;
/** Milliseconds after a key in a text in which the next one belongs to it, although the text is gone. */
const TYPING_MS = 2000;

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** Finds the action that keys stand for; remembers the first letter of a sequence. */
export class Shortcuts {
  private pending = "";
  private pendingUntil = 0;

  constructor(private readonly isLetterKeysOn: () => boolean) {}

  /** The action of this key press, if it completes one. `now` in milliseconds. */
  match(event: Pressed, isInText: boolean, list: readonly Action[], now: number): Action | undefined {
    const stroke = strokeOf(event);
    if (isPlain(event) && (isInText || !this.isLetterKeysOn())) return undefined;
    const typed = this.pending !== "" && now < this.pendingUntil ? `${this.pending} ${stroke}` : stroke;
    this.pending = "";
    const usable = list.filter(
      (action) => action.run !== undefined && !isOff(action) && (!isInText || action.evenInText === true),
    );
    const found =
      usable.find((action) => isSame(action.keys, typed)) ?? usable.find((action) => isSame(action.keys, stroke));
    if (found === undefined && usable.some((action) => action.keys?.startsWith(`${stroke} `) === true)) {
      this.pending = stroke;
      this.pendingUntil = now + SEQUENCE_MS;
    }
    return found;
  }
}

/**
 * Whether somebody types on although nobody is in a text: others removed it under their hands, or it became read-only.
 * What they type then is meant for the text, and no command.
 */
export class TypingHands {
  private typingUntil = 0;

  /** A key was pressed somewhere. `now` in milliseconds. */
  press({ key }: Pick<KeyboardEvent, "key">, isInText: boolean, now: number): void {
    if (key === "Tab" || key === "Escape") this.rest();
    else if (isInText || this.areTyping(now)) this.typingUntil = now + TYPING_MS;
  }

  /** They went somewhere else on purpose. */
  rest(): void {
    this.typingUntil = 0;
  }

  areTyping(now: number): boolean {
    return now < this.typingUntil;
  }
}

/** Runs the actions of pressed keys while mounted. Somebody nearer who handles a key prevents its default. */
export function useKeyboard(): void {
  useEffect(() => {
    const shortcuts = new Shortcuts(() => letterKeys.getSnapshot() === "on");
    const hands = new TypingHands();
    const onAnyKey = (event: KeyboardEvent) => hands.press(event, isInTextField(event.target), performance.now());
    const onPointer = () => hands.rest();
    const onKeyDown = (event: KeyboardEvent) => {
      const [isInText, now] = [isInTextField(event.target), performance.now()];
      if (isWhereTextWas(event.target) && hands.areTyping(now) && isPlain(event)) {
        // Nor does a space scroll the page away.
        event.preventDefault();
        return;
      }
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      const list = actions.getSnapshot();
      const action = shortcuts.match(event, isInText, list, now);
      // Looked for only when it matters: the whole page is searched, and most keys are words.
      if (action === undefined || (action.evenInText !== true && isUnderDialog())) return;
      event.preventDefault();
      action.run?.();
    };
    // On their way down: many controls keep their keys to themselves.
    addEventListener("keydown", onAnyKey, true);
    addEventListener("pointerdown", onPointer, true);
    addEventListener("keydown", onKeyDown);
    return () => {
      removeEventListener("keydown", onAnyKey, true);
      removeEventListener("pointerdown", onPointer, true);
      removeEventListener("keydown", onKeyDown);
    };
  }, []);
}

function isUnderDialog(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog]") !== null;
}

/** Whether keys are text where they are pressed. */
export function isInTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !["button", "checkbox", "radio", "range"].includes(target.type);
}

/** Whether the focus is where it falls when a text goes, or in a text that takes no keys any more. */
function isWhereTextWas(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof HTMLElement && target.contentEditable === "false");
}

/** A key press in the spelling of Action.keys. */
function strokeOf(event: Pressed): string {
  const isMod = isMac ? event.metaKey : event.ctrlKey;
  const key = event.key.length === 1 ? event.key.toLocaleUpperCase() : event.key.replace(/^Arrow/u, "");
  // A sign such as "?" already says that Shift was needed for it, on this keyboard.
  const isShiftSaid = event.shiftKey && (event.key.length > 1 || /[\p{L}\p{N}]/u.test(event.key));
  const parts = [isMod && "Mod", event.altKey && "Alt", isShiftSaid && "Shift", key === " " ? "Space" : key];
  return parts.filter(Boolean).join("+");
}

/** Whether a key would be text in a text; F keys are none anywhere. */
function isPlain({ key, ctrlKey, metaKey, altKey }: Pressed): boolean {
  return !ctrlKey && !metaKey && !altKey && !/^F\d+$/u.test(key);
}

function isSame(keys: string | undefined, typed: string): boolean {
  return keys === typed;
}
