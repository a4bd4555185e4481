// Where the page was scrolled to: new pages begin at the top, Back and Forward find what one was looking at.
import { useEffect, useLayoutEffect, useRef } from "react";

/** How long a page that still loads is given to become as long as it was. */
const RESTORE_MS = 1500;

/** Remembers and restores the scroll position of each address; `address` is the one shown now. */
export function useScrollRestoration(address: string): void {
  const positions = useRef(new Map<string, number>());
  const isBack = useRef(false);
  useEffect(() => {
    history.scrollRestoration = "manual";
    const onPopState = () => {
      isBack.current = true;
    };
    addEventListener("popstate", onPopState);
    return () => removeEventListener("popstate", onPopState);
  }, []);
  useEffect(() => {
    const known = positions.current;
    const onScroll = () => known.set(address, scrollY);
    addEventListener("scroll", onScroll, { passive: true });
    return () => removeEventListener("scroll", onScroll);
  }, [address]);
  useLayoutEffect(() => {
    const wanted = isBack.current ? (positions.current.get(address) ?? 0) : 0;
    isBack.current = false;
    return scrollWhenLongEnough(wanted);
  }, [address]);
}

/** Scrolls as soon as the page is long enough; gives up when the person scrolls. Returns how to stop. */
function scrollWhenLongEnough(wanted: number): () => void {
  const until = performance.now() + RESTORE_MS;
  let frame = 0;
  const stop = () => cancelAnimationFrame(frame);
  const attempt = () => {
    scrollTo({ top: wanted, behavior: "instant" });
    if (wanted > 0 && scrollY < wanted - 1 && performance.now() < until) frame = requestAnimationFrame(attempt);
  };
  attempt();
  for (const event of ["wheel", "touchstart", "keydown"]) addEventListener(event, stop, { once: true, passive: true });
  return stop;
}
