// How a document stands, without flicker: who types saves with every key, and nothing on the page changes for that.
import type { DocumentSession } from "../../collab/document-session";
import { savedStateOf, type SavedState } from "./saved-state";

/** Milliseconds everything must have been saved before it is said again: typing would make it flicker. */
const SETTLED_MS = 350;

/** "Saving" is said at once, "Saved" only when it has been true for a moment. The same object while it says the same. */
export class CalmState {
  private shown: SavedState;
  private isWatched = false;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly session: DocumentSession) {
    this.shown = savedStateOf(session.getState());
  }

  readonly get = (): SavedState => {
    // Until somebody listens, nothing else says whether it has changed.
    if (!this.isWatched) this.take(savedStateOf(this.session.getState()));
    return this.shown;
  };

  /** Calls the listener when it says something else. Returns how to stop. For one listener at a time. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const look = () => this.look(listener);
    const stop = this.session.subscribe(look);
    this.isWatched = true;
    this.take(savedStateOf(this.session.getState()));
    return () => {
      stop();
      this.isWatched = false;
      this.rest();
    };
  };

  private look(listener: () => void): void {
    const now = savedStateOf(this.session.getState());
    if (now.name === "saved" && this.shown.name === "saving") {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        if (this.take(savedStateOf(this.session.getState()))) listener();
      }, SETTLED_MS);
      return;
    }
    this.rest();
    if (this.take(now)) listener();
  }

  /** Whether it says something else than before. */
  private take(now: SavedState): boolean {
    const { name, words, sentence } = this.shown;
    if (now.name === name && now.words === words && now.sentence === sentence) return false;
    this.shown = now;
    return true;
  }

  private rest(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
