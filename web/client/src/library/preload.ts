// Loads an editor's code before somebody opens a document. Whoever knows the pages says how.

type Preload = (kind: string) => void;

let preload: Preload = () => undefined;

/** Called once, where the pages are listed. */
export function setPreload(how: Preload): void {
  preload = how;
}

export function preloadEditor(kind: string): void {
  preload(kind);
}
