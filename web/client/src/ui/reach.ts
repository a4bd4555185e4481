// Controls that are made when somebody reaches for them: until then a page has only what is seen of them.
import { useEffect, useRef, useState, type PointerEvent } from "react";
import { flushSync } from "react-dom";

/** How somebody reached for it: with the focus, with the mouse above it, or by pressing. */
export type Reach = "focus" | "hover" | "press";

/** Milliseconds the mouse is above it before it is made: less than it takes to press. */
const HOVER_MS = 20;

export interface Reaching {
  /** Null: nobody has yet. */
  readonly reach: Reach | null;
  readonly onReach: (reach: Reach) => void;
  /**
   * For what the mouse comes to. What is being pressed stays until the click is over: made anew under the mouse, or under
   * a finger, it would never hear of the click.
   */
  readonly mouse: {
    onPointerEnter: (event: PointerEvent) => void;
    onPointerLeave: () => void;
    onPointerDown: () => void;
  };
}

/** Whether somebody has reached for a control. */
export function useReach(): Reaching {
  const [reach, setReach] = useState<Reach | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stay = () => clearTimeout(timer.current);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onPointerEnter = ({ pointerType }: PointerEvent) => {
    stay();
    if (pointerType !== "mouse") return;
    // At once: a press between this and the drawing would be lost.
    timer.current = setTimeout(() => flushSync(() => setReach("hover")), HOVER_MS);
  };
  return { reach, onReach: setReach, mouse: { onPointerEnter, onPointerLeave: stay, onPointerDown: stay } };
}
