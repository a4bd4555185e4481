// What is done before somebody opens a document, so that it is there when they do. Whoever knows the pages says how.
import type { PointerEvent } from "react";

export interface Ahead {
  /** Loads the code of the editor of a kind. */
  loadEditor: (kind: string) => void;
  /** Opens a document, as for a page that shows it: it is left again when none comes. */
  openDocument: (kind: string, id: string) => void;
}

let ahead: Ahead = { loadEditor: () => undefined, openDocument: () => undefined };

/** Called once, where the pages are listed. */
export function setAhead(how: Ahead): void {
  ahead = how;
}

export function preloadEditor(kind: string): void {
  ahead.loadEditor(kind);
}

/** Opens a document when the button of the mouse goes down on its link: about a tenth of a second before the click. */
export function openOnPress(kind: string, id: string): (event: PointerEvent) => void {
  return ({ pointerType, button, ctrlKey, metaKey, shiftKey, altKey }) => {
    // A finger may be about to scroll, and with these keys a link opens elsewhere.
    const opensHere = pointerType === "mouse" && button === 0 && !(ctrlKey || metaKey || shiftKey || altKey);
    if (opensHere) ahead.openDocument(kind, id);
  };
}
