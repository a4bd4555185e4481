// What a page builds as one looks around: one thing after another, what is seen first, and nothing under a typing hand.

/** Milliseconds without a key after which hands rest. */
const REST_MS = 300;
/** Milliseconds by which the next thing is built even when the browser finds no time between frames. */
const LATEST_MS = 200;

interface Waiting {
  readonly build: () => void;
  readonly distance: number;
}

const waiting = new Set<Waiting>();
let isComing = false;
let lastKeyAt = -Infinity;

addEventListener("keydown", () => (lastKeyAt = performance.now()), { capture: true, passive: true });

/** Calls `build` when its turn has come: the least `distance` first. Returns how to call it off. */
export function buildInTurn(build: () => void, distance: number): () => void {
  const one = { build, distance };
  waiting.add(one);
  comeBack();
  return () => waiting.delete(one);
}

function comeBack(): void {
  if (isComing || waiting.size === 0) return;
  isComing = true;
  whenRested(() => {
    isComing = false;
    const next = [...waiting].sort((one, two) => one.distance - two.distance)[0];
    if (next === undefined) return;
    waiting.delete(next);
    next.build();
    comeBack();
  });
}

/** Calls in a moment of leisure, when no key was pressed for a while. */
function whenRested(run: () => void): void {
  const restsIn = msToRest();
  if (restsIn > 0) {
    setTimeout(() => whenRested(run), restsIn);
    return;
  }
  const runIfStill = () => (msToRest() > 0 ? whenRested(run) : run());
  // Safari has no idle callbacks.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(runIfStill, { timeout: LATEST_MS });
  else setTimeout(runIfStill);
}

function msToRest(): number {
  return REST_MS - (performance.now() - lastKeyAt);
}

/** How far something is from the middle of the window, in pixels. */
export function fromMiddle({ top, bottom }: DOMRectReadOnly): number {
  return Math.abs((top + bottom) / 2 - innerHeight / 2);
}
