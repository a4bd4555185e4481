// Arrows move between the rows of a list; every row can be reached by Tab as well.
import type { KeyboardEvent } from "react";
import { runAction } from "../ui/actions";

const LINKS = ".document-row__link";

/** Goes to the first row; false when there is none. */
export function focusFirstRow(): boolean {
  const first = document.querySelector<HTMLElement>(LINKS);
  first?.focus();
  return first !== null;
}

/** Handles arrows, Home and End on the link of a row; Up from the first goes back to the search. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const links = [...(event.currentTarget.closest("ul")?.querySelectorAll<HTMLElement>(LINKS) ?? [])];
  const here = links.indexOf(event.currentTarget);
  const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: links.length - 1 }[event.key];
  if (there === undefined) return;
  event.preventDefault();
  if (there < 0) runAction("search");
  else links[Math.min(there, links.length - 1)]?.focus();
}
