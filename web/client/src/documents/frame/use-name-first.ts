// Whoever has just made a document types its name at once: the focus begins in its title, all of it selected.
import { useEffect, type RefObject } from "react";
import { isNew } from "../../api/addresses";

/** `place`: around the title; `mayWrite`: whether it can be written already. */
export function useNameFirst(place: RefObject<HTMLElement | null>, mayWrite: boolean): void {
  useEffect(() => {
    if (!mayWrite || !isNew()) return;
    const input = place.current?.querySelector("textarea");
    input?.focus();
    input?.select();
  }, [place, mayWrite]);
}
