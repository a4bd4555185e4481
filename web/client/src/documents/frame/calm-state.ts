// How a document stands, without flicker: who types saves with every key, and nothing on the page changes for that.
import type { DocumentSession } from "../../collab/document-session";
import { capitalised } from "../../ui/words";
import { placeName } from "./place-name";
import { savedStateOf, type SavedState } from "./saved-state";

/** Milliseconds everything must have been saved before it is said again: typing would make it flicker. */
const SETTLED_MS = 350;
/** Milliseconds something typed must have been unfit before it is said: a tempo is too slow until its last digit. */
const UNFIT_MS = 1000;

/** "Saving" is said at once, "Saved" only when it has been true for a moment. The same object while it says the same. */
export class CalmState {
  private shown: SavedState;
  private isWatched = false;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly session: DocumentSession) {
    this.shown = this.now();
  }

  readonly get = (): SavedState => {
    // Until somebody listens, nothing else says whether it has changed.
    if (!this.isWatched) this.take(this.now());
    return this.shown;
  };

  /** Calls the listener when it says something else. Returns how to stop. For one listener at a time. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const look = () => this.look(listener);
    const stop = this.session.subscribe(look);
    this.isWatched = true;
    this.take(this.now());
    return () => {
      stop();
      this.isWatched = false;
      this.rest();
    };
  };

  /** `isTyping`: as if hands were still on what is unfit. */
  private now(isTyping = false): SavedState {
    const { doc, kind } = this.session;
    const state = this.session.getState();
    const drafts = isTyping ? state.drafts.map((draft) => ({ ...draft, isSound: true })) : state.drafts;
    return savedStateOf({ ...state, drafts }, (place) => capitalised(placeName(doc, kind, place)));
  }

  private look(listener: () => void): void {
    const now = this.now();
    if (now.name === "saved" && this.shown.name === "saving") {
      this.lookIn(SETTLED_MS, listener);
      return;
    }
    if (now.name === "unfit" && this.shown.name !== "unfit") {
      this.lookIn(UNFIT_MS, listener);
      if (this.take(this.now(true))) listener();
      return;
    }
    this.rest();
    if (this.take(now)) listener();
  }

  private lookIn(milliseconds: number, listener: () => void): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      if (this.take(this.now())) listener();
    }, milliseconds);
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
