// Draws a waveform on a canvas, in the colours of the theme: played, to come, looped, pointed at.
import { BAR_PX, barCount, barsOf, fractionAt, GAP_PX, type Outline } from "./waveform";

export interface Picture {
  outline: Outline | null;
  duration_s: number;
  time_s: number;
  loop: { start_s: number; end_s: number } | null;
  /** Where somebody points or drags, in seconds. */
  pointed_s: number | null;
}

interface Colours {
  played: string;
  rest: string;
  head: string;
  ground: string;
}

/** How much of a bar's height stands above the middle: more than half looks like it stands on something. */
const ABOVE = 0.58;
/** How visible is what lies outside a loop. */
const OUTSIDE_LOOP = 0.35;
/** Height of the plain bar that stands for audio nobody could outline. */
const PLAIN_PX = 6;

export class WaveformPainter {
  private readonly context: CanvasRenderingContext2D | null;
  private colours: Colours | null = null;
  private bars: { outline: Outline; count: number; heights: number[] } | null = null;
  private width = 0;
  private height = 0;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d");
  }

  /** Fits the canvas to its place on the page; true when that changed it. */
  resize(width: number, height: number, ratio: number): void {
    this.width = width;
    this.height = height;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  /** Forgets the colours: the theme has changed. */
  forgetColours(): void {
    this.colours = null;
  }

  draw(picture: Picture): void {
    if (this.context === null || this.width === 0) return;
    this.context.clearRect(0, 0, this.width, this.height);
    const colours = (this.colours ??= coloursOf(this.canvas));
    if (picture.outline === null) this.drawPlain(this.context, picture, colours);
    else this.drawBars(this.context, picture, colours, this.heightsOf(picture.outline));
    this.drawHead(this.context, picture, colours);
  }

  private drawBars(context: CanvasRenderingContext2D, picture: Picture, colours: Colours, heights: number[]): void {
    const playedTo = this.xOf(picture.time_s, picture);
    const middle = this.height * ABOVE;
    heights.forEach((height, index) => {
      const x = index * (BAR_PX + GAP_PX);
      const full = Math.max(2, height * this.height);
      context.globalAlpha = this.isInLoop(x, picture) ? 1 : OUTSIDE_LOOP;
      context.fillStyle = x < playedTo ? colours.played : colours.rest;
      context.fillRect(x, middle - full * ABOVE, BAR_PX, full);
    });
    context.globalAlpha = 1;
  }

  private drawPlain(context: CanvasRenderingContext2D, picture: Picture, colours: Colours): void {
    const top = (this.height - PLAIN_PX) / 2;
    context.fillStyle = colours.rest;
    context.globalAlpha = OUTSIDE_LOOP;
    context.fillRect(0, top, this.width, PLAIN_PX);
    context.globalAlpha = 1;
    if (picture.loop !== null) {
      const from = this.xOf(picture.loop.start_s, picture);
      context.fillRect(from, top, this.xOf(picture.loop.end_s, picture) - from, PLAIN_PX);
    }
    context.fillStyle = colours.played;
    context.fillRect(0, top, this.xOf(picture.time_s, picture), PLAIN_PX);
  }

  private drawHead(context: CanvasRenderingContext2D, picture: Picture, colours: Colours): void {
    if (picture.pointed_s !== null) {
      context.fillStyle = colours.head;
      context.globalAlpha = OUTSIDE_LOOP;
      context.fillRect(Math.round(this.xOf(picture.pointed_s, picture)), 0, 1, this.height);
      context.globalAlpha = 1;
    }
    const x = Math.min(this.width - 2, Math.max(0, Math.round(this.xOf(picture.time_s, picture)) - 1));
    context.fillStyle = colours.ground;
    context.fillRect(x - 1, 0, 4, this.height);
    context.fillStyle = colours.head;
    context.fillRect(x, 0, 2, this.height);
  }

  private heightsOf(outline: Outline): number[] {
    const count = barCount(this.width);
    if (this.bars?.outline !== outline || this.bars.count !== count)
      this.bars = { outline, count, heights: barsOf(outline, count) };
    return this.bars.heights;
  }

  private xOf(time_s: number, picture: Picture): number {
    return fractionAt(time_s, picture.duration_s) * this.width;
  }

  private isInLoop(x: number, picture: Picture): boolean {
    if (picture.loop === null) return true;
    return x + BAR_PX > this.xOf(picture.loop.start_s, picture) && x < this.xOf(picture.loop.end_s, picture);
  }
}

function coloursOf(canvas: HTMLCanvasElement): Colours {
  const style = getComputedStyle(canvas);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    played: token("--accent"),
    rest: token("--line-strong"),
    head: token("--text"),
    ground: token("--surface"),
  };
}
