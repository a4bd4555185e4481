// Whether the studio answers: what the browser says of the network, and what became of the last request.

/** How often an unreachable studio is asked again, in milliseconds. */
const ASKS_EVERY_MS = 5000;

export class Reachability {
  private hasAnswered = true;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly ask: () => Promise<unknown>) {
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
    clearInterval(this.timer);
    if (!hasAnswered) this.timer = setInterval(() => void this.askAgain(), ASKS_EVERY_MS);
    this.listeners.forEach((listener) => listener());
  }

  private async askAgain(): Promise<void> {
    try {
      await this.ask();
      this.report(true);
    } catch {
      this.report(false);
    }
  }
}

export const reachability = new Reachability(() => fetch("/livez", { cache: "no-store" }));
