// Keys to actions: combinations such as `Mod+K`, and letters one after the other such as `G L`.
import { useEffect } from "react";
import { actions, isOff, type Action } from "../ui/actions";
import { isMac } from "../ui/kbd";
import { StoredChoice } from "../ui/stored-choice";

/** Whether keys without Mod or Alt do anything: WCAG 2.1.4 wants them to be switched off by those they hinder. */
export const letterKeys = new StoredChoice<"on" | "off">("counterpoint:letter-keys", ["on", "off"], "on");

/** How long the second letter may take. */
const SEQUENCE_MS = 1200;

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** Finds the action that keys stand for; remembers the first letter of a sequence. */
export class Shortcuts {
  private pending = "";
  private pendingUntil = 0;

  constructor(private readonly isLetterKeysOn: () => boolean) {}

  /** The action of this key press, if it completes one. `now` in milliseconds. */
  match(event: Pressed, isInText: boolean, list: readonly Action[], now: number): Action | undefined {
    const stroke = strokeOf(event);
    // F keys are no text anywhere.
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d+$/u.test(event.key);
    if (isPlain && (isInText || !this.isLetterKeysOn())) return undefined;
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

/** Runs the actions of pressed keys while mounted. Somebody nearer who handles a key prevents its default. */
export function useKeyboard(): void {
  useEffect(() => {
    const shortcuts = new Shortcuts(() => letterKeys.getSnapshot() === "on");
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      const list = actions.getSnapshot();
      const action = shortcuts.match(event, isInTextField(event.target), list, performance.now());
      // Looked for only when it matters: the whole page is searched, and most keys are words.
      if (action === undefined || (action.evenInText !== true && isUnderDialog())) return;
      event.preventDefault();
      action.run?.();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
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

/** A key press in the spelling of Action.keys. */
function strokeOf(event: Pressed): string {
  const isMod = isMac ? event.metaKey : event.ctrlKey;
  const key = event.key.length === 1 ? event.key.toLocaleUpperCase() : event.key.replace(/^Arrow/u, "");
  // A sign such as "?" already says that Shift was needed for it, on this keyboard.
  const isShiftSaid = event.shiftKey && (event.key.length > 1 || /[\p{L}\p{N}]/u.test(event.key));
  const parts = [isMod && "Mod", event.altKey && "Alt", isShiftSaid && "Shift", key === " " ? "Space" : key];
  return parts.filter(Boolean).join("+");
}

function isSame(keys: string | undefined, typed: string): boolean {
  return keys === typed;
}
