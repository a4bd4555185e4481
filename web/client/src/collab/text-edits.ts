// The fewest edits that turn one text into another, so that other people's words and cursors stay where they are.
import type * as Y from "yjs";

/** Replace `removed` UTF-16 units at `at` by `inserted`. Places are those of the old text. */
export interface TextEdit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

/** Words that may differ before the part that changed is replaced as a whole: finding more takes the square of it. */
const WORDS_DIFFERENT_MAX = 400;

/** The edits from `before` to `after`, word by word, in rising order. */
export function textEdits(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  const start = commonStart(before, after);
  const end = commonEnd(before, after, start);
  const old = before.slice(start, before.length - end);
  const wanted = after.slice(start, after.length - end);
  const runs = old && wanted ? differentRuns(wordsOf(old), wordsOf(wanted)) : null;
  if (runs === null) return [{ at: start, removed: old.length, inserted: wanted }];
  return runs.map((run) => ({ ...run, at: run.at + start }));
}

/** Turns a shared text into `after` by the fewest edits. Call it in a transaction. */
export function rewrite(text: Y.Text, after: string): void {
  // From the end, so that the places before stay true.
  for (const { at, removed, inserted } of textEdits(text.toJSON(), after).reverse()) {
    if (removed > 0) text.delete(at, removed);
    if (inserted) text.insert(at, inserted);
  }
}

function commonStart(before: string, after: string): number {
  const most = Math.min(before.length, after.length);
  let at = 0;
  while (at < most && before.charCodeAt(at) === after.charCodeAt(at)) at += 1;
  // Never between the halves of one character: Yjs would keep half of it.
  return at > 0 && isHighHalf(before.charCodeAt(at - 1)) ? at - 1 : at;
}

function commonEnd(before: string, after: string, start: number): number {
  const most = Math.min(before.length, after.length) - start;
  let count = 0;
  while (count < most && before.charCodeAt(before.length - 1 - count) === after.charCodeAt(after.length - 1 - count)) {
    count += 1;
  }
  return count > 0 && isLowHalf(before.charCodeAt(before.length - count)) ? count - 1 : count;
}

function isHighHalf(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLowHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

function wordsOf(text: string): string[] {
  return text.match(/\s+|[^\s]+/gu) ?? [];
}

/** Myers' greedy difference over words; null when more differs than is worth finding. */
function differentRuns(before: readonly string[], after: readonly string[]): TextEdit[] | null {
  const trace: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let depth = 0; depth <= WORDS_DIFFERENT_MAX; depth++) {
    trace.push(furthest);
    const next = new Map(furthest);
    for (let diagonal = -depth; diagonal <= depth; diagonal += 2) {
      const down = isDown(furthest, diagonal, depth);
      let x = down ? (furthest.get(diagonal + 1) ?? 0) : (furthest.get(diagonal - 1) ?? 0) + 1;
      let y = x - diagonal;
      while (x < before.length && y < after.length && before[x] === after[y]) {
        x += 1;
        y += 1;
      }
      next.set(diagonal, x);
      if (x >= before.length && y >= after.length) return runsOf(before, after, trace);
    }
    furthest = next;
  }
  return null;
}

function isDown(furthest: ReadonlyMap<number, number>, diagonal: number, depth: number): boolean {
  if (diagonal === -depth) return true;
  return diagonal !== depth && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1);
}

/** Walks the trace back from the end, then joins neighbouring steps into runs. */
function runsOf(
  before: readonly string[],
  after: readonly string[],
  trace: readonly Map<number, number>[],
): TextEdit[] {
  const removed = new Set<number>();
  const inserted = new Map<number, string[]>();
  let x = before.length;
  let y = after.length;
  for (let depth = trace.length - 1; depth > 0; depth--) {
    const furthest = trace[depth] ?? new Map<number, number>();
    const diagonal = x - y;
    const down = isDown(furthest, diagonal, depth);
    const fromX = furthest.get(down ? diagonal + 1 : diagonal - 1) ?? 0;
    const fromY = fromX - (down ? diagonal + 1 : diagonal - 1);
    if (down) inserted.set(fromX, [after[fromY] ?? "", ...(inserted.get(fromX) ?? [])]);
    else removed.add(fromX);
    x = fromX;
    y = fromY;
  }
  return joined(before, removed, inserted);
}

function joined(
  before: readonly string[],
  removed: ReadonlySet<number>,
  inserted: ReadonlyMap<number, string[]>,
): TextEdit[] {
  const edits: { at: number; removed: number; inserted: string }[] = [];
  let at = 0;
  for (let index = 0; index <= before.length; index++) {
    const added = inserted.get(index)?.join("") ?? "";
    const length = before[index]?.length ?? 0;
    const gone = removed.has(index) ? length : 0;
    const last = edits.at(-1);
    if (added || gone) {
      if (last && last.at + last.removed === at) {
        last.inserted += added;
        last.removed += gone;
      } else {
        edits.push({ at, removed: gone, inserted: added });
      }
    }
    at += length;
  }
  return edits;
}
