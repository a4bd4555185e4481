// Where the focus goes when the row of a list that has it goes: a keyboard that falls out of the list begins at the top.
import { useLayoutEffect, useRef, type FocusEvent } from "react";

/** Frames within which whatever lay over the row, such as its menu, has gone too. */
const FRAMES_MAX = 60;

export interface LeadOn {
  onFocus: (event: FocusEvent<HTMLElement>) => void;
  onBlur: (event: FocusEvent<HTMLElement>) => void;
}

/**
 * Give what it returns to the parent of the rows. `next` names what gets the focus in the row that stands there now, or
 * in the last one; null: no row is left.
 */
export function useLeadOn(next: (row: Element | null) => HTMLElement | null | undefined): LeadOn {
  const list = useRef<HTMLElement | null>(null);
  const row = useRef<Element | null>(null);
  const at = useRef(0);
  const isIn = useRef(false);
  const lead = useRef(next);
  const leadOn = () => {
    const rows = list.current?.isConnected === true ? [...list.current.children] : [];
    const target = lead.current(rows[Math.min(at.current, rows.length - 1)] ?? null);
    target?.focus();
    return document.activeElement === target;
  };
  useLayoutEffect(() => {
    lead.current = next;
    if (!isIn.current || row.current === null || row.current.isConnected) return;
    row.current = null;
    isIn.current = false;
    whenFree(leadOn, FRAMES_MAX);
  });
  return {
    onFocus: ({ currentTarget, target }) => {
      // What lies over the page is of the row it was opened from.
      isIn.current = true;
      const index = [...currentTarget.children].findIndex((one) => one.contains(target));
      if (index < 0) return;
      list.current = currentTarget;
      row.current = currentTarget.children[index] ?? null;
      at.current = index;
    },
    // An element that is taken away is not left: then one is still in its row.
    onBlur: ({ currentTarget, relatedTarget }) => {
      isIn.current = currentTarget.contains(relatedTarget);
    },
  };
}

/** Leads once nothing has the focus, and again while that comes to nothing: what lies over the page may still lock it. */
function whenFree(leadOn: () => boolean, framesLeft: number): void {
  const here = document.activeElement;
  if ((here === null || here === document.body) && leadOn()) return;
  if (framesLeft > 0) requestAnimationFrame(() => whenFree(leadOn, framesLeft - 1));
}
