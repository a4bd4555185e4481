// What every control of one line does with what is typed into it: it goes into a draft, and a line break is none.
import type { ChangeEvent, KeyboardEvent } from "react";
import type { Draft } from "./use-draft";

export interface OneLineOptions {
  /** A long line is shown whole, on several lines. */
  wraps: boolean;
  /** Keys beyond those of the draft; says whether one was used. */
  onKey?: ((key: string) => boolean) | undefined;
}

/** The properties that an input, or a text area that wraps, has in common. */
export function oneLine(draft: Draft, { wraps, onKey }: OneLineOptions) {
  return {
    dir: "auto",
    value: draft.text,
    autoComplete: "off",
    "data-typing": draft.isTyping || undefined,
    "aria-invalid": draft.problem !== null,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      draft.change(event.target.value.replace(/[\r\n]+/g, " ")),
    onKeyDown: (event: KeyboardEvent) => {
      const isUsed = draft.onKeyDown(event) || onKey?.(event.key) === true;
      // There are no line breaks in a line, however it is shown.
      if (isUsed || (event.key === "Enter" && wraps)) event.preventDefault();
    },
  };
}
