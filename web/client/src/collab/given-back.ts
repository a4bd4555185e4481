// The text given back to its author in one document: shown until they have taken it.
import { DRAFTS, openDatabase, stored, type DraftRecord } from "./database";
import { removeDraft } from "./drafts";
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

  /** Shows what this browser kept, oldest first, beside what was given back since. */
  show(kept: readonly DraftRecord[]): void {
    const known = new Set(this.list.map((one) => one.id));
    this.list = [...kept.filter((one) => !known.has(one.id)).map(refusalOf), ...this.list];
  }

  /** Shows what was given back now. */
  add(drafts: readonly DraftRecord[]): void {
    if (drafts.length > 0) this.list = [...this.list, ...drafts.map(refusalOf)];
  }

  /** Shows one and keeps it in this browser. Where nothing can be kept it is shown at least. */
  keep({ personId, documentId }: Pick<Whose, "personId" | "documentId">, refusal: Refusal): void {
    if (this.list.some((one) => one.id === refusal.id)) return;
    this.list = [...this.list, refusal].sort((one, two) => one.at.getTime() - two.at.getTime());
    const { id, path, reason, at, changes } = refusal;
    void storeDraft({ id, personId, documentId, path, reason, atMs: at.getTime(), changes });
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

async function storeDraft(draft: DraftRecord): Promise<void> {
  try {
    const transaction = (await openDatabase()).transaction([DRAFTS], "readwrite");
    transaction.objectStore(DRAFTS).put(draft);
    // A closing tab would not answer when the browser asks for more.
    transaction.commit();
    await stored(transaction);
  } catch {
    // This browser keeps nothing; the sheet shows the words as long as the page stands.
  }
}

function refusalOf({ id, path, reason, atMs, changes }: DraftRecord): Refusal {
  return { id, path, reason, at: new Date(atMs), changes };
}
