// Whether something is near what one sees: hundreds of text fields cannot all be editors at once.
import { useEffect, useState, type RefObject } from "react";

/** How far beyond the window counts as near: more than one screen, so that scrolling never outruns it. */
const MARGIN = "1200px 0px";

const listeners = new WeakMap<Element, (isNear: boolean) => void>();
let shared: IntersectionObserver | null = null;

/** True while the element is near the window; always true where nobody can tell. */
export function useNearViewport(element: RefObject<Element | null>): boolean {
  const canTell = "IntersectionObserver" in globalThis;
  const [isNear, setNear] = useState(!canTell);
  useEffect(() => {
    const target = element.current;
    if (target === null || !canTell) return;
    listeners.set(target, setNear);
    const observer = (shared ??= observe());
    observer.observe(target);
    return () => observer.unobserve(target);
  }, [element, canTell]);
  return isNear;
}

function observe(): IntersectionObserver {
  return new IntersectionObserver(
    (entries) => {
      for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting);
    },
    { rootMargin: MARGIN },
  );
}
