// Places in an ordered list that several people reorder at once: strings that sort, with room between any two.
//
// A position is a fraction written in base 62 (0-9, A-Z, a-z) without "0." and without a trailing zero, exactly as the
// server's core/documents/positions.py has it: plain string comparison orders them.
import { randomId } from "./random";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** As core/limits.py POSITION_CHARS_MAX: over it the server refuses. */
const CHARS_MAX = 500;
/** Letters that keep two people who insert at the same place at once apart. */
const SUFFIX_CHARS = 3;

/** Whether the value is a position. */
export function isPosition(value: unknown): value is string {
  return typeof value === "string" && value.length <= CHARS_MAX && /^[0-9A-Za-z]*[1-9A-Za-z]$/.test(value);
}

/** Orders positions as the server does: by code unit, never by locale. */
export function comparePositions(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0;
}

/**
 * A position after `low` and before `high`; null: the start, the end of the list.
 *
 * Null when there is no room: the two are equal or out of order, or as long as a position may be.
 */
export function between(low: string | null, high: string | null, suffix = ""): string | null {
  if (high !== null && (low ?? "") >= high) return null;
  const position = middle(low ?? "", high) + suffix;
  return isPosition(position) ? position : null;
}

/** As `between`, with a few random letters so that two people hardly ever draw the same place. */
export function somewhereBetween(low: string | null, high: string | null): string | null {
  return between(low, high, `${randomId(SUFFIX_CHARS)}V`) ?? between(low, high);
}

/** Positions in rising order between two places, as short as they can be; null when there is no room. */
export function spread(low: string | null, high: string | null, count: number): string[] | null {
  if (count === 0) return [];
  if (high === null) {
    const rising: string[] = [];
    for (let index = 0; index < count; index++) {
      const next = between(rising.at(-1) ?? low, null);
      if (next === null) return null;
      rising.push(next);
    }
    return rising;
  }
  const centre = between(low, high);
  if (centre === null) return null;
  const left = Math.floor((count - 1) / 2);
  const before = spread(low, centre, left);
  const after = spread(centre, high, count - 1 - left);
  return before && after && [...before, centre, ...after];
}

/** Positions that rise strictly, changing as few of the given ones as possible; null: has none yet. */
export function arrange(positions: readonly (string | null)[]): string[] {
  const usable = positions.map((position) => (isPosition(position) ? position : null));
  return fill(usable, longestRise(usable)) ?? spread(null, null, positions.length) ?? [];
}

function fill(positions: readonly (string | null)[], kept: ReadonlySet<number>): string[] | null {
  const filled: string[] = [];
  for (let at = 0; at < positions.length;) {
    const own = positions[at];
    if (kept.has(at) && own != null) {
      filled.push(own);
      at += 1;
      continue;
    }
    let end = at;
    while (end < positions.length && !kept.has(end)) end += 1;
    const added = spread(filled.at(-1) ?? null, positions[end] ?? null, end - at);
    if (added === null) return null;
    filled.push(...added);
    at = end;
  }
  return filled;
}

/** The indexes of the longest strictly rising run: what may stay where it is in a new order. */
function longestRise(positions: readonly (string | null)[]): Set<number> {
  const tails: { index: number; position: string }[] = [];
  const previous = new Map<number, number>();
  positions.forEach((position, index) => {
    if (position === null) return;
    let low = 0;
    for (let high = tails.length; low < high;) {
      const centre = (low + high) >> 1;
      if ((tails[centre]?.position ?? "") < position) low = centre + 1;
      else high = centre;
    }
    const before = tails[low - 1];
    if (before) previous.set(index, before.index);
    tails[low] = { index, position };
  });
  const kept = new Set<number>();
  for (let at = tails.at(-1)?.index; at !== undefined; at = previous.get(at)) kept.add(at);
  return kept;
}

/** A fraction strictly between two others; a missing high is 1. Short at the ends of the list. */
function middle(low: string, high: string | null): string {
  let digits = "";
  for (let at = 0, ceiling = high; ; at++) {
    const below = at < low.length ? DIGITS.indexOf(low.charAt(at)) : 0;
    const above = ceiling !== null && at < ceiling.length ? DIGITS.indexOf(ceiling.charAt(at)) : DIGITS.length;
    if (above - below > 1) {
      // At the two ends, step by one: a list that only grows keeps short positions.
      if (ceiling === null && at < low.length) return digits + DIGITS.charAt(below + 1);
      if (ceiling !== null && low === "") return digits + DIGITS.charAt(above - 1);
      return digits + DIGITS.charAt((below + above) >> 1);
    }
    digits += DIGITS.charAt(below);
    // From here on every continuation is under the upper end.
    if (above > below) ceiling = null;
  }
}
