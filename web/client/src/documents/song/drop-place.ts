// Where a dragged row goes: pure, so that it can be tested without a browser's layout.

/** Where a row begins and ends, in pixels from the start of its list. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Before which row a pointer at `y` drops: one whose middle it has not passed. The count of rows means the end. */
export function dropIndex(spans: readonly Span[], y: number): number {
  const found = spans.findIndex(({ start, end }) => y < (start + end) / 2);
  return found < 0 ? spans.length : found;
}

/**
 * Which row the dragged one goes before: the first from the chosen place on that is still there. Null: the end.
 *
 * Others may have removed rows since the drag began; the dragged row itself is no place.
 */
export function firstLeft(
  ids: readonly string[],
  index: number,
  dragged: string,
  idsNow: readonly string[],
): string | null {
  const there = new Set(idsNow);
  return ids.slice(index).find((id) => id !== dragged && there.has(id)) ?? null;
}
