// Lyrics that follow a take: the song's text, matched with when its engine sang which word.
import type { Take } from "./takes";

/** When one word is sung; from the take's `lyrics` file. */
export interface SungWord {
  word: string;
  start_s: number;
  end_s: number;
  section_id: string;
  /** Which sung line of the section, from 0. */
  line: number;
}

/** A stretch of a line; `start_s` null: not sung, or nobody knows when. */
export interface Stretch {
  text: string;
  start_s: number | null;
}

export interface Line {
  stretches: readonly Stretch[];
  /** From its first word to its last; null: not sung, or nobody knows when. */
  start_s: number | null;
  end_s: number | null;
}

export interface FollowedSection {
  id: string;
  name: string;
  start_s: number;
  end_s: number;
  lines: readonly Line[];
  /** Whose words these are: the song's as it is now, or the take's own because the song's have changed since. */
  source: "song" | "take";
}

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;

/** Reads the `lyrics` file of a take; null when it is none. */
export function readSungWords(json: unknown): SungWord[] | null {
  return Array.isArray(json) && json.every(isSungWord) ? json : null;
}

/**
 * The words of every section of a take.
 *
 * `textOf` gives a section's lyrics in the song as it is now. Where the engine told when it sang what, the song's text
 * is used as long as it holds the sung lines in their order; otherwise the sung words themselves.
 */
export function follow(
  take: Pick<Take, "sections">,
  words: readonly SungWord[] | null,
  textOf: (sectionId: string) => string | null,
): FollowedSection[] {
  return take.sections.flatMap((mark) => {
    if (!isMark(mark)) return [];
    const text = textOf(mark.id);
    const sung = words === null ? null : linesSung(words, mark);
    const matched = sung === null ? plainLines(text ?? "") : withTimes(text ?? "", sung);
    const lines = matched ?? (sung ?? []).map(asLine);
    return [{ ...mark, lines, source: matched === null ? ("take" as const) : ("song" as const) }];
  });
}

/** The section that sounds at a moment; null before the first and after the last. */
export function sectionAt<Mark extends { start_s: number; end_s: number }>(
  sections: readonly Mark[],
  time_s: number,
): Mark | null {
  return sections.find((section) => time_s >= section.start_s && time_s < section.end_s) ?? null;
}

/** The line sung at a moment, or the last one before it in the same section; -1: none yet. */
export function lineAt(section: FollowedSection, time_s: number): number {
  return section.lines.findLastIndex((line) => line.start_s !== null && line.start_s <= time_s);
}

function linesSung(words: readonly SungWord[], mark: { id: string; start_s: number; end_s: number }): SungWord[][] {
  const lines = new Map<number, SungWord[]>();
  for (const word of words) {
    const isInside = word.start_s >= mark.start_s - 0.5 && word.start_s < mark.end_s + 0.5;
    if (word.section_id !== mark.id || !isInside) continue;
    lines.set(word.line, [...(lines.get(word.line) ?? []), word]);
  }
  return [...lines.entries()].sort(([a], [b]) => a - b).map(([, line]) => line);
}

/** The text's lines with times; null when it does not hold the sung lines in their order. */
function withTimes(text: string, sung: readonly SungWord[][]): Line[] | null {
  let next = 0;
  const lines = text.split("\n").map((line) => {
    const words = sung[next];
    if (words === undefined || !begins(line, words)) return unsung(line);
    next++;
    return timed(line, words);
  });
  return next === sung.length ? withoutOuterBlanks(lines) : null;
}

/** Whether a line's letters begin with those that were sung: an engine may run out of bars before the line ends. */
function begins(line: string, words: readonly SungWord[]): boolean {
  const sung = words.map((word) => lettersOf(word.word)).join("");
  return sung !== "" && lettersOf(line).startsWith(sung);
}

/** Cuts a line before each word that was sung. */
function timed(line: string, words: readonly SungWord[]): Line {
  const found = [...line.matchAll(WORD)];
  const cuts = found.map((match, index) => ({
    at: index === 0 ? 0 : match.index,
    start_s: lettersOf(words[index]?.word ?? "") === lettersOf(match[0]) ? (words[index]?.start_s ?? null) : null,
  }));
  const stretches = cuts.map(({ at, start_s }, index) => ({ text: line.slice(at, cuts[index + 1]?.at), start_s }));
  return { stretches, start_s: words[0]?.start_s ?? null, end_s: words.at(-1)?.end_s ?? null };
}

function asLine(words: readonly SungWord[]): Line {
  const stretches = words.map((word, index) => ({
    text: index === 0 ? word.word : ` ${word.word}`,
    start_s: word.start_s,
  }));
  return { stretches, start_s: words[0]?.start_s ?? null, end_s: words.at(-1)?.end_s ?? null };
}

function plainLines(text: string): Line[] {
  return withoutOuterBlanks(text.split("\n").map(unsung));
}

function unsung(text: string): Line {
  return { stretches: [{ text, start_s: null }], start_s: null, end_s: null };
}

function withoutOuterBlanks(lines: Line[]): Line[] {
  const isBlank = (line: Line) => line.stretches.every((stretch) => stretch.text.trim() === "");
  const first = lines.findIndex((line) => !isBlank(line));
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex((line) => !isBlank(line)) + 1);
}

function lettersOf(text: string): string {
  return (text.normalize("NFKC").match(WORD) ?? []).join("").toLowerCase().replace(/['’]/gu, "");
}

function isSungWord(value: unknown): value is SungWord {
  if (typeof value !== "object" || value === null) return false;
  const { word, start_s, end_s, section_id, line } = value as Record<string, unknown>;
  return (
    typeof word === "string" &&
    typeof section_id === "string" &&
    [start_s, end_s, line].every((figure) => typeof figure === "number" && Number.isFinite(figure))
  );
}

/** Where a section sounds. */
export interface Mark {
  id: string;
  name: string;
  start_s: number;
  end_s: number;
}

/** Whether an entry of `take.sections` is one. */
export function isMark(value: Record<string, unknown>): value is Record<string, unknown> & Mark {
  return (
    typeof value["id"] === "string" &&
    typeof value["name"] === "string" &&
    typeof value["start_s"] === "number" &&
    typeof value["end_s"] === "number" &&
    value["end_s"] > value["start_s"]
  );
}
