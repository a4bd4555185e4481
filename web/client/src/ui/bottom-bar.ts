// A bar that stands at the bottom of the window says how high it is, so that toasts stand above it.

/** The ref of such a bar. Where its styles let it flow with the page instead, it takes no room from the window. */
export function bottomBar(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  const root = document.documentElement;
  const measure = () => {
    const { position, bottom } = getComputedStyle(element);
    const isAtBottom = (position === "fixed" || position === "sticky") && bottom === "0px";
    root.style.setProperty("--bottom-bar", isAtBottom ? `${element.offsetHeight}px` : "0px");
  };
  const sizes = new ResizeObserver(measure);
  sizes.observe(element);
  // The same size may be at the bottom in a narrow window and not in a wide one.
  addEventListener("resize", measure);
  measure();
  return () => {
    sizes.disconnect();
    removeEventListener("resize", measure);
    root.style.removeProperty("--bottom-bar");
  };
}
