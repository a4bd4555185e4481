// Moments in words: how long ago, how far ahead, and exactly when. One form everywhere: "6 December 2026 at 14:05".

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Days before months, and twenty-four hours. The pages of the server (web/api/sign_in.py) say dates in the same form. */
export const DATES = "en-GB";

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat(DATES, { dateStyle: "long", timeStyle: "short" });
const dayThisYear = new Intl.DateTimeFormat(DATES, { day: "numeric", month: "short" });
const day = new Intl.DateTimeFormat(DATES, { day: "numeric", month: "short", year: "numeric" });

/** "just now", "5 minutes ago", "yesterday", "in 6 days"; a date once that says more. */
export function inWords(at: Date, now: Date): string {
  const ahead = at.getTime() - now.getTime();
  const size = Math.abs(ahead);
  if (size < MINUTE) return ahead <= 0 ? "just now" : "in less than a minute";
  if (size < HOUR) return relative.format(Math.trunc(ahead / MINUTE), "minute");
  const days = daysBetween(now, at);
  if (days === 0 || size < 12 * HOUR) return relative.format(Math.trunc(ahead / HOUR), "hour");
  if (Math.abs(days) < 7) return relative.format(days, "day");
  return (at.getFullYear() === now.getFullYear() ? dayThisYear : day).format(at);
}

/** The moment to the minute, in the reader's zone. */
export function exactly(at: Date): string {
  return exact.format(at);
}

/** Midnights between two moments, where the reader is: what was at 23:50 is "yesterday" at 0:10. */
function daysBetween(from: Date, to: Date): number {
  const midnight = (moment: Date) => Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate());
  return Math.round((midnight(to) - midnight(from)) / DAY);
}
