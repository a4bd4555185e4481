// Which ended renders this browser no longer shows: the log keeps them, a page need not.

const KEY = "counterpoint:dismissed-jobs";
/** More are forgotten, the oldest first; they are too old to be shown by then. */
const KEPT_MAX = 200;
/** Older ones are history, not news. */
export const NEWS_MS = 24 * 3_600_000;

/** The ids that were dismissed here. */
export function dismissedJobs(): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : []);
  } catch {
    // Storage may be forbidden or hold nonsense: then nothing was dismissed.
    return new Set();
  }
}

/** Adds one; returns all. */
export function dismissJob(id: string): ReadonlySet<string> {
  const all = [...dismissedJobs(), id].slice(-KEPT_MAX);
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // As above: then it lasts as long as the page.
  }
  return new Set(all);
}
