// Whether the studio answers: what the browser says of the network, and what became of the last request.

/** How soon an unreachable studio is asked again, in milliseconds: later each time, up to the most. */
const ASKS_AFTER_MS = 4000;
const ASKS_AFTER_MS_MAX = 30_000;

export class Reachability {
  private hasAnswered = true;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly random: () => number = Math.random,
  ) {
    addEventListener("online", () => void this.askAgain());
    addEventListener("offline", () => this.report(false));
  }

  readonly getSnapshot = (): boolean => this.hasAnswered;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** A request was answered, or found nobody. */
  report(hasAnswered: boolean): void {
    if (hasAnswered === this.hasAnswered) return;
    this.hasAnswered = hasAnswered;
    clearTimeout(this.timer);
    this.failures = 0;
    if (!hasAnswered) this.askLater();
    this.listeners.forEach((listener) => listener());
  }

  /** Not all browsers at once: a studio that comes back must not fall over them. */
  private askLater(): void {
    clearTimeout(this.timer);
    const afterMs = Math.min(ASKS_AFTER_MS_MAX, ASKS_AFTER_MS * 2 ** this.failures++);
    this.timer = setTimeout(() => void this.askAgain(), afterMs * (0.5 + this.random()));
  }

  private async askAgain(): Promise<void> {
    try {
      await this.ask();
      this.report(true);
    } catch {
      if (this.hasAnswered) this.report(false);
      else this.askLater();
    }
  }
}

export const reachability = new Reachability(() => fetch("/livez", { cache: "no-store" }));
