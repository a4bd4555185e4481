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
  return { sections: sections.length, bars, words, seconds: bars * secondsOfBar(bpm, timeSignature) };
}

/** How many bars a section is played for. */
export function barsPlayed(kind: unknown, bars: unknown): number {
  return typeof bars === "number" && bars > 0 ? bars : USUAL[playedAs(kind)].bars;
}

/** How long a bar lasts; the tempo counts quarters whatever the time signature, as the renderer has it. */
export function secondsOfBar(bpm: unknown, timeSignature: unknown): number {
  const tempo = typeof bpm === "number" && bpm > 0 ? bpm : USUAL_BPM;
  return (quartersIn(timeSignature) * 60) / tempo;
}

/** "2:05"; an hour and more is "1:02:05". */
export function clockTime(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, "0");
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, "0")}:${tail}`;
}

const numbers = new Intl.NumberFormat("en");

/** "1 bar", "8 bars". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numbers.format(count)} ${count === 1 ? one : many}`;
}

function quartersIn(timeSignature: unknown): number {
  const [, beats, unit] = /^(\d{1,2})\/(\d{1,2})$/.exec(typeof timeSignature === "string" ? timeSignature : "") ?? [];
  return beats === undefined || unit === undefined || Number(unit) === 0
    ? USUAL_QUARTERS
    : (Number(beats) * 4) / Number(unit);
}
