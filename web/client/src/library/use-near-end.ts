// Tells when the end of a list comes near the screen.
import { useCallback, useEffect, useRef } from "react";

/** How far below the screen counts as near: about one screen. */
const NEAR = "800px";

/** Put the result on an element at the end. Called again each time the element comes near. */
export function useNearEnd(onNear: () => void): (element: HTMLElement | null) => (() => void) | undefined {
  const newest = useRef(onNear);
  useEffect(() => {
    newest.current = onNear;
  });
  return useCallback((element) => {
    if (element === null || typeof IntersectionObserver === "undefined") return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && newest.current(),
      { rootMargin: NEAR },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}
