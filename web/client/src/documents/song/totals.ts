// What a song adds up to: sections, bars, words, and about how long it lasts.
import { wordsIn } from "../fields/syllables";
import { playedAs, USUAL } from "./section-kinds";

/** What counts of a section. */
export interface Countable {
  readonly kind: unknown;
  readonly bars: unknown;
  readonly lyrics: string;
}

export interface Totals {
  readonly sections: number;
  /** Those that sections say, and for the others what the renderer plays. */
  readonly bars: number;
  readonly words: number;
  readonly seconds: number;
}

/** What the renderer takes when the song does not say it: workers/engines/local/arrangement.py. */
const USUAL_BPM = 100;
const USUAL_QUARTERS = 4;

/** Adds a song up. Whatever is no number counts as not set. */
export function totalsOf(sections: readonly Countable[], bpm: unknown, timeSignature: unknown): Totals {
  const bars = sections.reduce((sum, section) => sum + barsPlayed(section.kind, section.bars), 0);
  const words = sections.reduce((sum, section) => sum + wordsIn(section.lyrics), 0);
  return { sections: sections.length, bars, words, seconds: secondsOf(bars, bpm, timeSignature) };
}

/** How many bars a section is played for. */
export function barsPlayed(kind: unknown, bars: unknown): number {
  return typeof bars === "number" && bars > 0 ? bars : USUAL[playedAs(kind)].bars;
}

/** How long bars last; the tempo counts quarters whatever the time signature, as the renderer has it. */
export function secondsOf(bars: number, bpm: unknown, timeSignature: unknown): number {
  const tempo = typeof bpm === "number" && bpm > 0 ? bpm : USUAL_BPM;
  // Divided last: a sum of rounded bars may be a hair less than a minute, and read as a second less.
  return (bars * quartersIn(timeSignature) * 60) / tempo;
}

function quartersIn(timeSignature: unknown): number {
  const [, beats, unit] = /^(\d{1,2})\/(\d{1,2})$/.exec(typeof timeSignature === "string" ? timeSignature : "") ?? [];
  return beats === undefined || unit === undefined || Number(unit) === 0
    ? USUAL_QUARTERS
    : (Number(beats) * 4) / Number(unit);
}
