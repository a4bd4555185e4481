// The chords text of a section, read into bars of symbols. The rules are the renderer's: docs/guides/local-renderer.md.

/** The symbols of one bar, as they are written. */
export type Bar = readonly string[];

/** More than any section plays before it repeats: workers/engines/local/progression.py. */
const BARS_MAX = 256;
const BAR_LINES = /\|[:|\]]?|:\|?/;
const TIMES = /[([]?\s*[x×]\s*(\d)\s*[)\]]?\s*$/iu;
const SEPARATORS = /[\s,;]+|→|->/u;
const DASHES = /^[-–—>]+$/u;
const REPEATS: ReadonlySet<string> = new Set(["%", "..", "./.", "𝄎"]);

/** The bars a text spells: a chord a bar, or what stands between bar lines. `%` repeats a bar, `x2` a line. */
export function barsOf(text: string): Bar[] {
  const bars: Bar[] = [];
  for (const line of text.split("\n")) {
    const times = TIMES.exec(line);
    const written = cellsOf(times === null ? line : line.slice(0, times.index));
    const lineBars: Bar[] = [];
    for (const cell of written) lineBars.push(repeated(cell, lineBars.at(-1) ?? bars.at(-1)));
    const count = times === null ? 1 : Math.max(1, Number(times[1]));
    for (let round = 0; round < count; round++) bars.push(...lineBars);
    if (bars.length >= BARS_MAX) return bars.slice(0, BARS_MAX);
  }
  return bars;
}

/** As many bars as a section plays: its chords are played again from the start when it is longer. */
export function played(bars: readonly Bar[], count: number): Bar[] {
  if (bars.length === 0) return [];
  return Array.from({ length: Math.min(count, BARS_MAX) }, (_, index) => bars[index % bars.length] ?? []);
}

/** The symbols of bars in a row; a chord that is held (`/`) is not written again. */
export function symbolsOf(bars: readonly Bar[]): string[] {
  return bars.flatMap((bar) => bar.filter((symbol) => symbol !== "/"));
}

function repeated(cell: Bar, before: Bar | undefined): Bar {
  const [first] = cell;
  return cell.length === 1 && first !== undefined && REPEATS.has(first) && before !== undefined ? before : cell;
}

function cellsOf(line: string): Bar[] {
  if (!BAR_LINES.test(line)) return symbolsIn(line).map((symbol) => [symbol]);
  return line
    .split(BAR_LINES)
    .map(symbolsIn)
    .filter((cell) => cell.length > 0);
}

function symbolsIn(text: string): string[] {
  return text.split(SEPARATORS).filter((symbol) => symbol !== "" && !DASHES.test(symbol));
}
