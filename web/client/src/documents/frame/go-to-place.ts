// Brings a place of the document into view and shows which it is.
import { pathOf, pointerTo } from "../../collab/path";
import { wayTo } from "../../ui/way-to";

/** Milliseconds the place is marked. */
const MARKED_MS = 1600;

/** Scrolls to the field at a JSON Pointer, or to the nearest thing around it that is on the page. */
export function goToPlace(place: string): boolean {
  const element = elementAt(place);
  if (element === null) return false;
  element.scrollIntoView({ block: "center", behavior: wayTo(element) });
  element.classList.add("is-pointed-at");
  setTimeout(() => element.classList.remove("is-pointed-at"), MARKED_MS);
  return true;
}

/** The field at a JSON Pointer, or the nearest thing around it that is on the page; null: nothing is. */
export function elementAt(place: string): HTMLElement | null {
  for (let path = pathOf(place); path.length > 0; path = path.slice(0, -1)) {
    const name = CSS.escape(pointerTo(path));
    const id = CSS.escape(path.at(-1) ?? "");
    // Fields say their place; entries whose fields are not built yet say their id.
    const found = document.querySelector<HTMLElement>(
      `[data-place="${name}"], [data-entry="${id}"], [data-section="${id}"]`,
    );
    if (found !== null) return found;
  }
  return null;
}
