// The arithmetic of a waveform: outlines to bars, seconds to places and back. Pure; drawing is waveform-view.tsx's.

/** The lowest and highest sample of each of many equal stretches, -1 to 1. */
export interface Outline {
  low: readonly number[];
  high: readonly number[];
}

/** Pixels of a bar and of the gap after it. */
export const BAR_PX = 2;
export const GAP_PX = 1;
/** A bar that says "here is silence" is still seen. */
const HEIGHT_MIN = 0.015;
/** Mastered music sits near full scale all the time: bending the scale shows where it breathes. */
const BEND = 1.6;

/** Reads the `peaks` file of a take; null when it holds no outline. */
export function readOutline(json: unknown): Outline | null {
  if (typeof json !== "object" || json === null) return null;
  const { min, max } = json as Record<string, unknown>;
  if (!isLevels(min) || !isLevels(max) || min.length === 0 || min.length !== max.length) return null;
  return { low: min.map(clampLevel), high: max.map(clampLevel) };
}

/** The outline of decoded audio, for takes without a `peaks` file. */
export function outlineOf(channels: readonly Float32Array[], points: number): Outline {
  const frames = channels[0]?.length ?? 0;
  const low: number[] = [];
  const high: number[] = [];
  for (let point = 0; point < points && frames > 0; point++) {
    const from = Math.floor((point * frames) / points);
    const to = Math.max(from + 1, Math.floor(((point + 1) * frames) / points));
    const [least, most] = extent(channels, from, to);
    low.push(clampLevel(least));
    high.push(clampLevel(most));
  }
  return { low, high };
}

/** How many bars fit into a width. */
export function barCount(widthPx: number): number {
  return Math.max(0, Math.floor((widthPx + GAP_PX) / (BAR_PX + GAP_PX)));
}

/** Heights of `count` bars, 0 to 1 of the loudest; every bar shows the loudest moment of its stretch. */
export function barsOf(outline: Outline, count: number): number[] {
  const points = outline.low.length;
  if (points === 0 || count <= 0) return [];
  const peaks = Array.from({ length: count }, (_, bar) => {
    const from = Math.min(points - 1, Math.floor((bar * points) / count));
    const to = Math.max(from + 1, Math.floor(((bar + 1) * points) / count));
    return loudest(outline, from, to);
  });
  const top = Math.max(...peaks);
  return peaks.map((peak) => (top === 0 ? HEIGHT_MIN : Math.max(HEIGHT_MIN, (peak / top) ** BEND)));
}

/** The second at a place, within the take. */
export function timeAt(xPx: number, widthPx: number, duration_s: number): number {
  if (widthPx <= 0) return 0;
  return clamp(xPx / widthPx, 0, 1) * Math.max(0, duration_s);
}

/** How far along the take a second is, 0 to 1. */
export function fractionAt(time_s: number, duration_s: number): number {
  return duration_s > 0 ? clamp(time_s / duration_s, 0, 1) : 0;
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most));
}

function loudest(outline: Outline, from: number, to: number): number {
  let peak = 0;
  for (let at = from; at < to; at++)
    peak = Math.max(peak, Math.abs(outline.low[at] ?? 0), Math.abs(outline.high[at] ?? 0));
  return peak;
}

function extent(channels: readonly Float32Array[], from: number, to: number): [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (const channel of channels)
    for (let at = from; at < to; at++) {
      const level = channel[at] ?? 0;
      if (level < least) least = level;
      if (level > most) most = level;
    }
  return [least, most];
}

function isLevels(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((level) => typeof level === "number");
}

function clampLevel(level: number): number {
  return Number.isFinite(level) ? clamp(level, -1, 1) : 0;
}
