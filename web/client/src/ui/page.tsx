// A page: its name in the browser's tab, its controls in the bar, its content as the main landmark, focus on its heading.
import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { IntoBar, type BarContent } from "./bar";
import { classes } from "./classes";
import "./page.css";

export const PRODUCT = "Counterpoint";
/** Where "Skip to content" leads. */
export const MAIN_ID = "main";

export interface PageProps {
  /** What the browser's tab says. */
  title: string;
  bar?: BarContent;
  /** How wide the text may run: a column for reading, room for lists and forms, or all there is. */
  width?: "reading" | "wide" | "full";
  className?: string;
  children: ReactNode;
}

/** Pages render this once, around everything. Give the first heading (`h1`) inside; it takes focus after navigation. */
export function Page({ title, bar, width = "wide", className, children }: PageProps) {
  const main = useRef<HTMLElement>(null);
  // With the heading, not after it: whoever sees the page finds its tab named.
  useLayoutEffect(() => {
    document.title = title === "" ? PRODUCT : `${title} · ${PRODUCT}`;
  }, [title]);
  useEffect(() => {
    if (main.current !== null) focusAfterNavigation(main.current);
  }, []);
  return (
    <>
      {bar !== undefined && <IntoBar {...bar} />}
      <main ref={main} id={MAIN_ID} tabIndex={-1} className={classes("page", `page--${width}`, className)}>
        {children}
      </main>
    </>
  );
}

/** The first page of a tab must not take the focus from the browser; every later one begins at its heading. */
let isFirstPage = true;

function focusAfterNavigation(main: HTMLElement): void {
  const wasFirst = isFirstPage;
  isFirstPage = false;
  const hasFocusInside = main.contains(document.activeElement);
  if (wasFirst || hasFocusInside) return;
  const heading = main.querySelector<HTMLElement>("h1");
  if (heading === null) {
    main.focus({ preventScroll: true });
    return;
  }
  if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
