// Whether something is near what one sees: hundreds of text fields cannot all be editors at once.
import { useEffect, useState, type RefObject } from "react";
import { buildInTurn, fromMiddle } from "../../ui/one-by-one";

/** How far beyond the window counts as near: more than one screen, so that scrolling never outruns it. */
const MARGIN = "1200px 0px";

/** Hears that its element came near, with its distance, or that it is far again (null). */
type Listener = (distance: number | null) => void;

const listeners = new WeakMap<Element, Listener>();
let shared: IntersectionObserver | null = null;

/**
 * True while the element is near the window; always true where nobody can tell.
 *
 * What comes near waits for its turn: a page full of editors opens without holding up a key. `isNearAtFirst`: what is
 * certainly seen need not wait.
 */
export function useNearViewport(element: RefObject<Element | null>, isNearAtFirst = false): boolean {
  const canTell = "IntersectionObserver" in globalThis;
  const [isNear, setNear] = useState(isNearAtFirst || !canTell);
  useEffect(() => {
    const target = element.current;
    if (target === null || !canTell) return;
    let callOff: (() => void) | undefined;
    listeners.set(target, (distance) => {
      callOff?.();
      if (distance === null) setNear(false);
      else callOff = buildInTurn(() => setNear(true), distance);
    });
    const observer = (shared ??= observe());
    observer.observe(target);
    return () => {
      callOff?.();
      observer.unobserve(target);
    };
  }, [element, canTell]);
  return isNear;
}

function observe(): IntersectionObserver {
  return new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting, boundingClientRect } of entries)
        listeners.get(target)?.(isIntersecting ? fromMiddle(boundingClientRect) : null);
    },
    { rootMargin: MARGIN },
  );
}
