// Whether something is near what one sees: what is far away need not be built yet.
import { useCallback, useEffect, useState, type RefObject } from "react";
import { buildInTurn, fromMiddle } from "../../ui/one-by-one";

/** How far beyond the edges of the window counts as near: about two screens of scrolling ahead. */
const MARGIN = "1500px 0px";

const callbacks = new WeakMap<Element, () => void>();
let shared: IntersectionObserver | null = null;

/** False until the element comes near and has its turn, or `wake` is called; then true for good. Without an observer, at once. */
export function useNear(
  element: RefObject<Element | null>,
  isNearAtFirst: boolean,
): [isNear: boolean, wake: () => void] {
  const [isNear, setNear] = useState(isNearAtFirst || !("IntersectionObserver" in globalThis));
  const wake = useCallback(() => setNear(true), []);
  useEffect(() => {
    const target = element.current;
    if (isNear || target === null) return undefined;
    let callOff: (() => void) | undefined;
    const stop = watch(target, () => {
      callOff ??= buildInTurn(wake, fromMiddle(target.getBoundingClientRect()));
    });
    return () => {
      stop();
      callOff?.();
    };
  }, [element, isNear, wake]);
  return [isNear, wake];
}

/** Calls back once the element comes near; returns how to stop. */
function watch(target: Element, onNear: () => void): () => void {
  if ("oncontentvisibilityautostatechange" in target) {
    const look = (event: Event) => {
      if (event.target === target && !(event as ContentVisibilityAutoStateChangeEvent).skipped) onNear();
    };
    target.addEventListener("contentvisibilityautostatechange", look);
    return () => target.removeEventListener("contentvisibilityautostatechange", look);
  }
  callbacks.set(target, onNear);
  observer().observe(target);
  return () => observer().unobserve(target);
}

function observer(): IntersectionObserver {
  shared ??= new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (entry.isIntersecting) callbacks.get(entry.target)?.();
    },
    { rootMargin: MARGIN },
  );
  return shared;
}
