// Chords over words: which chord stands over which word of which line.
import { barsOf, played, symbolsOf, type Bar } from "./chord-bars";

/** Some words and the chord that begins with them. */
export interface Piece {
  readonly chord: string | null;
  readonly text: string;
}

export interface SheetLine {
  /** A blank line between stanzas, a direction such as "[softly]", words to sing, or chords alone. */
  readonly how: "gap" | "direction" | "words" | "chords";
  readonly pieces: readonly Piece[];
}

/** Lines in brackets are not sung: workers/engines/local/lyrics.py. */
const DIRECTION = /^\s*[[(][^\])]*[\])]\s*:?\s*$/u;
/** Two blanks or more between chords: somebody has put them over their words. */
const PLACED = /^\s{2,}\S|\S\s{2,}\S/u;

/** The lines of a section as they are printed. `barCount` is how many bars the section is played for. */
export function sheetLines(lyrics: string, chords: string, barCount: number): SheetLine[] {
  const lines = trimmedLines(lyrics);
  const sung = lines.filter(isSung);
  if (sung.length === 0) return [...directions(lines), ...chordsAlone(chords)];
  const placed = placedChords(chords, sung.length);
  const bars = played(barsOf(chords), barCount);
  let index = 0;
  return lines.map((line): SheetLine => {
    if (line.trim() === "") return { how: "gap", pieces: [] };
    if (DIRECTION.test(line)) return { how: "direction", pieces: [{ chord: null, text: line.trim() }] };
    const chordLine = placed?.[index];
    const share = shareOf(bars, index, sung.length);
    index += 1;
    const pieces = chordLine === undefined ? overWords(line, symbolsOf(share)) : overColumns(line, chordLine);
    return { how: "words", pieces };
  });
}

/** The lines of a text without blank ones at its start and end. */
function trimmedLines(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trimEnd());
  const first = lines.findIndex((line) => line !== "");
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex((line) => line !== "") + 1);
}

function isSung(line: string): boolean {
  return line.trim() !== "" && !DIRECTION.test(line);
}

function directions(lines: readonly string[]): SheetLine[] {
  const said = lines.filter((line) => line !== "");
  return said.map((line) => ({ how: "direction", pieces: [{ chord: null, text: line.trim() }] }));
}

/** Chords of a section without words, in the lines they are written in. */
function chordsAlone(chords: string): SheetLine[] {
  const lines = chords.split("\n").map((line) => line.trim());
  return lines
    .filter((line) => line !== "")
    .map((line) => ({ how: "chords", pieces: line.split(/\s+/u).map((chord) => ({ chord, text: "" })) }));
}

/** The chord lines, if somebody has placed them: one for each sung line, with gaps that mean columns. */
function placedChords(chords: string, sungCount: number): string[] | null {
  const lines = trimmedLines(chords).filter((line) => line !== "");
  return lines.length === sungCount && lines.some((line) => PLACED.test(line)) && !chords.includes("|") ? lines : null;
}

/** The bars during which a line is sung: lines share a section evenly, as the renderer sings them. */
function shareOf(bars: readonly Bar[], index: number, lineCount: number): Bar[] {
  const start = Math.floor((index * bars.length) / lineCount);
  return bars.slice(start, Math.floor(((index + 1) * bars.length) / lineCount));
}

/** Spreads chords evenly over the words of a line; each begins with a word, left-over ones follow the last. */
function overWords(line: string, chords: readonly string[]): Piece[] {
  const words = line.match(/\s*\S+\s*/gu) ?? [];
  const starts = chords.slice(0, words.length).map((_, at) => Math.floor((at * words.length) / chords.length));
  const shown = distinct(starts, words.length);
  const cut = shown.map((start, at) => words.slice(start, shown[at + 1]).join(""));
  const pieces: Piece[] = cut.map((text, at) => ({ chord: chords[at] ?? null, text }));
  const rest = chords.slice(shown.length).map((chord): Piece => ({ chord, text: "" }));
  return pieces.length > 0 ? [...pieces, ...rest] : [{ chord: null, text: line }, ...rest];
}

/** Rising starts, so that no two chords stand over one word. */
function distinct(starts: readonly number[], wordCount: number): number[] {
  const rising: number[] = [];
  for (const start of starts) rising.push(Math.max(start, (rising.at(-1) ?? -1) + 1));
  return rising.filter((start) => start < wordCount);
}

/** Cuts a line where chords stand in the line above it. */
function overColumns(line: string, chordLine: string): Piece[] {
  const marks = [...chordLine.matchAll(/\S+/gu)].map((found) => ({ chord: found[0], at: cutNear(line, found.index) }));
  const head = line.slice(0, marks[0]?.at ?? line.length);
  const pieces = marks.map(({ chord, at }, index): Piece => ({ chord, text: line.slice(at, marks[index + 1]?.at) }));
  return head === "" ? pieces : [{ chord: null, text: head }, ...pieces];
}

/** A run of letters that change their shape when they are taken apart, with their marks. */
const JOINED =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}][\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{M}]*$/u;
/** What belongs to the letter before it: an accent, a vowel point, half of a sign. */
const BELONGS = /^[\p{M}\udc00-\udfff]+/u;

/** Where a line may be cut for a chord at a column: a joined word stays whole, a letter keeps its marks. */
function cutNear(line: string, column: number): number {
  const joined = JOINED.exec(line.slice(0, column + 1));
  if (joined !== null) return joined.index;
  return column + (BELONGS.exec(line.slice(column))?.[0].length ?? 0);
}
