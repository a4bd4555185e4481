// What a page builds as one looks around: one thing after another, what is seen first, and nothing under a typing hand.
import { atRest } from "./at-rest";

/** Milliseconds by which the next thing is built even when the browser finds no time between frames. */
const LATEST_MS = 200;

interface Waiting {
  readonly build: () => void;
  readonly distance: number;
}

const waiting = new Set<Waiting>();
let isComing = false;
let isTyping = false;

const hands = atRest(() => {
  isTyping = false;
  comeBack();
});

addEventListener(
  "keydown",
  () => {
    isTyping = true;
    hands.stir();
  },
  { capture: true, passive: true },
);

/** Calls `build` when its turn has come: the least `distance` first. Returns how to call it off. */
export function buildInTurn(build: () => void, distance: number): () => void {
  const one = { build, distance };
  waiting.add(one);
  comeBack();
  return () => waiting.delete(one);
}

function comeBack(): void {
  if (isComing || isTyping || waiting.size === 0) return;
  isComing = true;
  inIdleTime(() => {
    isComing = false;
    if (isTyping) return;
    const next = [...waiting].sort((one, two) => one.distance - two.distance)[0];
    if (next === undefined) return;
    waiting.delete(next);
    next.build();
    comeBack();
  });
}

function inIdleTime(run: () => void): void {
  // Safari has no idle callbacks.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(run, { timeout: LATEST_MS });
  else setTimeout(run);
}

/** How far something is from the middle of the window, in pixels. */
export function fromMiddle({ top, bottom }: DOMRectReadOnly): number {
  return Math.abs((top + bottom) / 2 - innerHeight / 2);
}
