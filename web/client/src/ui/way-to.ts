// How the page moves to a place of its own.

/** Heights of the window beyond which a place is far. */
const FAR = 2;

/** Smoothly when it is near, at once when it is far: what is built during a long glide moves the place away from its end. */
export function wayTo(element: Element): ScrollBehavior {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const isFar = Math.abs(element.getBoundingClientRect().top) > FAR * innerHeight;
  return isStill || isFar ? "instant" : "smooth";
}
