// A moment in words, exactly on hover, kept true while it is on screen.
import { useSyncExternalStore } from "react";
import { exactly, inWords } from "./moments";

/** How often words such as "5 minutes ago" are looked at again. */
const TICK_MS = 30_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let tick = 0;

export function When({ at }: { at: string }) {
  useSyncExternalStore(subscribe, () => tick);
  const moment = new Date(at);
  return (
    <time dateTime={at} title={exactly(moment)}>
      {inWords(moment, new Date())}
    </time>
  );
}

/** One timer for all moments on the page, none while there are none. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tick++;
    listeners.forEach((each) => each());
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
