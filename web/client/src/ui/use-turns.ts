// Parts of a page that may come one after the other, each when the browser has the time and hands rest.
import { useEffect, useState } from "react";
import { buildInTurn } from "./one-by-one";

/** How many of `parts` are on the page by now. The less `distance`, the sooner they come, compared with what else waits. */
export function useTurns(parts: number, distance: number): number {
  const [count, setCount] = useState(0);
  useEffect(
    () => (count >= parts ? undefined : buildInTurn(() => setCount(count + 1), distance)),
    [count, parts, distance],
  );
  return Math.min(count, parts);
}
