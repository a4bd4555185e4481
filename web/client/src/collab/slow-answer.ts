// Whether the studio takes long to answer about what was sent: then nobody is told that it is on its way.
import type { SavedLedger } from "./saved";

/** Milliseconds without an answer, e.g. while the studio's disk is full, that are more than a slow line. */
const ANSWER_MS_MAX = 8_000;

/** Looks after the ledger of a document, a timer at a time however fast one types. */
export class SlowAnswer {
  #look: ReturnType<typeof setTimeout> | null = null;
  #isStopped = false;

  constructor(
    private readonly ledger: SavedLedger,
    /** Hears when an answer has become slow. */
    private readonly onSlow: () => void,
  ) {}

  /** Whether something was sent so long ago that an answer should be here. */
  get isSlow(): boolean {
    return this.#left <= 0;
  }

  /** Sees to it that whoever waits hears of it. */
  watch(): void {
    if (this.#isStopped || this.#look !== null || this.isSlow || this.#left === Infinity) return;
    this.#look = setTimeout(() => {
      this.#look = null;
      if (this.isSlow) this.onSlow();
      else this.watch();
    }, this.#left);
  }

  /** Looks no more. */
  stop(): void {
    this.#isStopped = true;
    if (this.#look !== null) clearTimeout(this.#look);
  }

  /** Milliseconds until the oldest answer that is missing is slow; Infinity: none is. */
  get #left(): number {
    const since = this.ledger.waitingSinceMs;
    return since === null ? Infinity : since + ANSWER_MS_MAX - Date.now();
  }
}
