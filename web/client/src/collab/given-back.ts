// The text given back to its author in one document: shown until they have taken it.
import type { DraftRecord } from "./database";
import { draftsOf, removeDraft } from "./drafts";
import type { Whose } from "./local-store";

/** Text given back to its author. */
export interface Refusal {
  readonly id: string;
  /** What the studio objected to, as a JSON Pointer; "": the edit as a whole. */
  readonly path: string;
  readonly reason: string;
  readonly at: Date;
  readonly changes: readonly { readonly path: string; readonly before: unknown; readonly mine: unknown }[];
}

/** The refusals of one document, those of earlier page loads included. */
export class GivenBack {
  /** Oldest first; the same array until one comes or goes. */
  list: readonly Refusal[] = [];

  /** Shows what this browser kept, beside what was given back since. */
  async load(whose: Whose): Promise<void> {
    const kept = (await draftsOf(whose)).map(refusalOf);
    const known = new Set(this.list.map((one) => one.id));
    this.list = [...kept.filter((one) => !known.has(one.id)), ...this.list];
  }

  /** Shows what was given back now. */
  add(drafts: readonly DraftRecord[]): void {
    if (drafts.length > 0) this.list = [...this.list, ...drafts.map(refusalOf)];
  }

  /** Hands one out and forgets it; null: it is not here. */
  take(refusalId: string): Refusal | null {
    const refusal = this.list.find((one) => one.id === refusalId) ?? null;
    if (!refusal) return null;
    this.list = this.list.filter((one) => one !== refusal);
    void removeDraft(refusalId);
    return refusal;
  }

  /** Forgets them here; what this browser keeps stays. */
  clear(): void {
    this.list = [];
  }
}

function refusalOf({ id, path, reason, atMs, changes }: DraftRecord): Refusal {
  return { id, path, reason, at: new Date(atMs), changes };
}
