// Input methods: while somebody composes a word, what others write waits. The browser replaces what it shows of the
// word step by step, and loses its place when the line changes under it: letters of the steps would stay in the text.

/** Milliseconds after which others' changes come all the same: a word may be left unfinished for an hour. */
const WAITS_MS_MAX = 10_000;
/** Milliseconds until the editor has read from the page what was composed. */
const SETTLES_MS = 60;

/** Whether somebody composes in this tab, and what waits until they have. */
export class Composition {
  #isUnderWay = false;
  #waiting: (() => void)[] = [];
  #settles: ReturnType<typeof setTimeout> | undefined;
  #isOver: ReturnType<typeof setTimeout> | undefined;

  /** An input method begins to compose a word in a shared text. */
  begin(): void {
    clearTimeout(this.#settles);
    this.#isUnderWay = true;
  }

  /** The word is chosen, or given up, or the text is gone from the page. */
  end(): void {
    clearTimeout(this.#settles);
    this.#settles = setTimeout(() => {
      this.#isUnderWay = false;
      this.#letIn();
    }, SETTLES_MS);
  }

  /** Acts at once, or after what waits already, when nobody composes. */
  after(act: () => void): void {
    if (!this.#isUnderWay && this.#waiting.length === 0) {
      act();
      return;
    }
    this.#waiting.push(act);
    this.#isOver ??= setTimeout(() => this.#letIn(), WAITS_MS_MAX);
  }

  /** Lets in all that waits, in its order, also what comes meanwhile. */
  #letIn(): void {
    try {
      for (let act = this.#waiting[0]; act !== undefined; act = this.#waiting[0]) {
        try {
          act();
        } finally {
          this.#waiting.shift();
        }
      }
    } finally {
      clearTimeout(this.#isOver);
      this.#isOver = undefined;
      // What failed is reported as ever; what waits behind it comes all the same.
      if (this.#waiting.length > 0) setTimeout(() => this.#letIn(), 0);
    }
  }
}

/** The one of this tab: nobody composes in two places at once. */
export const composition = new Composition();
