// Work that can wait until the page has settled and the browser has nothing better to do.

/** Milliseconds the first requests of a page take, about. */
const SETTLES_MS = 2000;
/** Milliseconds after which even a busy browser must find the time. */
const LATEST_MS = 10_000;

/** Calls once the page has settled. Returns how to call it off. */
export function whenIdle(run: () => void): () => void {
  let isOff = false;
  const runUnlessOff = () => {
    if (!isOff) run();
  };
  const timer = setTimeout(() => {
    // Safari has no idle callbacks.
    if ("requestIdleCallback" in globalThis) requestIdleCallback(runUnlessOff, { timeout: LATEST_MS });
    else runUnlessOff();
  }, SETTLES_MS);
  return () => {
    isOff = true;
    clearTimeout(timer);
  };
}
