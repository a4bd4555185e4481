// Controls that are made when somebody reaches for them: until then a page has only what is seen of them.
import type { PointerEvent } from "react";

/** How somebody reached for it: with the focus, with the mouse above it, or by pressing. */
export type Reach = "focus" | "hover" | "press";

/**
 * Hears of the mouse above a button, and of one that presses before that was drawn: the button it presses is not the one
 * over which it lifts. A finger that comes is about to press: what it presses must still be there when it lifts.
 */
export function byMouse(onReach: (reach: Reach) => void) {
  return {
    onPointerEnter: aboveByMouse(onReach),
    onPointerDown: ({ pointerType, button }: PointerEvent) => {
      if (pointerType === "mouse" && button === 0) onReach("press");
    },
  };
}

/** Hears of the mouse above something that is not pressed itself. */
export function aboveByMouse(onReach: (reach: Reach) => void): (event: PointerEvent) => void {
  return ({ pointerType }) => {
    if (pointerType === "mouse") onReach("hover");
  };
}
