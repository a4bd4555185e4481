// How long to wait before the next attempt: longer each time, and never everybody at the same moment.

/** Milliseconds the first pause lasts at most. */
const FIRST_MS_MAX = 500;
/** Milliseconds any pause lasts at most: a person who waits half a minute presses reload. */
const PAUSE_MS_MAX = 30_000;
/** Milliseconds a connection must have lasted to count as a good one; until then pauses keep growing. */
const GOOD_MS_MIN = 10_000;

/** Exponential back-off with full jitter: any pause from nothing to a bound that doubles. */
export class BackOff {
  #attempts = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const bound = Math.min(PAUSE_MS_MAX, FIRST_MS_MAX * 2 ** Math.min(this.#attempts, 16));
    this.#attempts += 1;
    return Math.floor(this.random() * bound);
  }

  /** Forgets the failures: it worked. */
  reset(): void {
    this.#attempts = 0;
  }

  /** Notes that a connection lasted this long: a good one forgets the failures before it. */
  lasted(milliseconds: number): void {
    if (milliseconds >= GOOD_MS_MIN) this.#attempts = 0;
  }
}
