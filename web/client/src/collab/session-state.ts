// What a document session tells the screen, as one object that stays the same until something in it changes.
import type { Role } from "./place";
import type { Refusal } from "./given-back";
import type { OpenDraft } from "./open-drafts";

export type Phase = "loading" | "ready" | "missing" | "trashed" | "signed-out" | "closed";
export type ConnectionState = "connecting" | "online" | "offline";

export interface SessionState {
  readonly phase: Phase;
  readonly connection: ConnectionState;
  /** Edits made here that the studio has not acknowledged yet, earlier ones kept in this browser included. */
  readonly unsaved: number;
  /** Whether the studio takes so long to answer about what was sent that nobody knows when it will be saved. */
  readonly isSlow: boolean;
  /** Whether what is unsaved is kept in this browser, so that the tab may be closed. */
  readonly keptLocally: boolean;
  readonly mayWrite: boolean;
  /** Why one may not write, in a sentence; null: one may. */
  readonly readOnlyReason: string | null;
  readonly role: Role | null;
  readonly refusals: readonly Refusal[];
  /** What is typed in fields and not shared yet. */
  readonly drafts: readonly OpenDraft[];
  /** Rises when `doc`, `awareness` and `undo` are replaced: whoever holds on to them takes the new ones. */
  readonly generation: number;
}

/** What every session begins with. */
export const FIRST_STATE: SessionState = {
  phase: "loading",
  connection: "connecting",
  unsaved: 0,
  isSlow: false,
  keptLocally: true,
  mayWrite: false,
  readOnlyReason: "This document is still opening.",
  role: null,
  refusals: [],
  drafts: [],
  generation: 0,
};

/** Why nobody may write now, in a sentence; null: one may. */
export function whyReadOnly(phase: Phase, mayWrite: boolean, role: Role | null): string | null {
  switch (phase) {
    case "loading":
      return "This document is still opening.";
    case "missing":
      return "This document is not here any more.";
    case "trashed":
      return "This document is in the trash. Restore it to go on writing.";
    case "signed-out":
      return "You are signed out. Sign in again to go on writing.";
    case "closed":
      return "This document is closed.";
    case "ready":
      if (mayWrite) return null;
      if (role === "commenter")
        return "You may read and comment here. To write, ask an owner for the role of an editor.";
      if (role === "viewer") return "You may read here. To write, ask an owner for the role of an editor.";
      return "You may read here, but not write now.";
  }
}

/** The state of a session: the same object until it says something else, and who wants to hear of that. */
export class ShownState {
  /** Who hears of everything, under null; who hears of one part, under its name. */
  readonly #listeners = new Map<keyof SessionState | null, Set<() => void>>();
  #state = FIRST_STATE;

  get(): SessionState {
    return this.#state;
  }

  /**
   * Calls the listener when the state says something else, or only when one of the named parts does. Returns how to
   * stop. Hundreds of fields listen for what seldom changes, and each keystroke changes what is unsaved: naming the part
   * keeps them out of it.
   */
  subscribe(listener: () => void, ...parts: (keyof SessionState)[]): () => void {
    const names = parts.length > 0 ? parts : [null];
    for (const name of names) {
      const listeners = this.#listeners.get(name) ?? new Set();
      this.#listeners.set(name, listeners.add(listener));
    }
    return () => {
      for (const name of names) this.#listeners.get(name)?.delete(listener);
    };
  }

  show(state: SessionState): void {
    const keys = Object.keys(state) as (keyof SessionState)[];
    const changed = keys.filter((key) => !Object.is(state[key], this.#state[key]));
    if (changed.length === 0) return;
    this.#state = state;
    const called = new Set<() => void>();
    for (const name of [null, ...changed]) this.#listeners.get(name)?.forEach((listener) => called.add(listener));
    for (const listener of called) listener();
  }
}

/** The same edit cannot be made now; the message says why. */
export class ReadOnly extends Error {
  override readonly name = "ReadOnly";
}
