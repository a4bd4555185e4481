// Controls that are made when somebody reaches for them: until then a page has only what is seen of them.
import type { PointerEvent } from "react";

/** How somebody reached for it: with the focus, with the mouse above it, or by pressing. */
export type Reach = "focus" | "hover" | "press";

/** Hears of the mouse. A finger that comes is about to press: what it presses must still be there when it lifts. */
export function onMouse(onReach: (reach: Reach) => void): (event: PointerEvent) => void {
  return ({ pointerType }) => {
    if (pointerType === "mouse") onReach("hover");
  };
}
