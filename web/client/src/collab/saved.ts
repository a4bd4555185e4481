// What the Saved chip says: which edits made here the studio has acknowledged. Never a guess.
//
// The studio answers every Step2 and every Update of a socket with one SyncStatus, in the order in which they were sent.
// So the frames sent on this socket are matched against the answers, first in, first out. What a dead socket carried
// counts as unsaved until the next exchange of everything has been acknowledged.

/** Milliseconds between two changes in one place that a person still calls one edit. */
const SAME_EDIT_MS = 1000;

/** A change of the local document, by its number; and the edit, as a person counts, that it belongs to. */
interface Change {
  readonly number: number;
  readonly edit: number;
}

/** A frame that waits for its answer since a moment: one change, or everything up to one. */
type Sent = { readonly atMs: number } & ({ readonly change: number } | { readonly everythingTo: number });

/** The ledger of one document in one tab. */
export class SavedLedger {
  #lastNumber = 0;
  #lastEdit = 0;
  #lastPlace: unknown;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Changes without an acknowledgement, oldest first. */
  readonly #unsaved = new Map<number, Change>();
  /** How many of these belong to each edit. */
  readonly #edits = new Map<number, number>();
  #sent: Sent[] = [];
  #waitingSinceMs: number | null = null;

  /** How many edits, as a person counts them, nobody has acknowledged yet: zero exactly when everything is durable. */
  get unsaved(): number {
    return this.#edits.size;
  }

  /** Whether something was sent on the present socket that nobody has answered. */
  get isWaiting(): boolean {
    return this.#sent.length > 0;
  }

  /** When the oldest of what waits for an answer was sent, be it on a socket that died over it; null: all is answered. */
  get waitingSinceMs(): number | null {
    return this.#waitingSinceMs;
  }

  /** Notes a change made here; returns its number. Changes in one place within a second are one edit. */
  changed(place: unknown, atMs: number): number {
    const isSameEdit =
      place === this.#lastPlace && atMs - this.#lastAt <= SAME_EDIT_MS && this.#edits.has(this.#lastEdit);
    if (!isSameEdit) this.#lastEdit += 1;
    this.#lastPlace = place;
    this.#lastAt = atMs;
    return this.#add(this.#lastEdit);
  }

  /** Notes edits that were made earlier and kept in this browser: nobody knows how many frames they were. */
  adopted(edits: number): void {
    for (let count = 0; count < edits; count++) {
      this.#lastEdit += 1;
      this.#add(this.#lastEdit);
    }
    this.#lastPlace = undefined;
  }

  /** Notes that this change was sent on the present socket. */
  sentChange(number: number, atMs: number): void {
    this.#send({ change: number, atMs });
  }

  /** Notes that all there is was sent on the present socket. */
  sentEverything(atMs: number): void {
    this.#send({ everythingTo: this.#lastNumber, atMs });
  }

  /** Takes the next answer of the present socket; `isDurable` false: what was sent will never be. */
  answered(isDurable: boolean): void {
    const sent = this.#sent.shift();
    this.#waitingSinceMs = this.#sent[0]?.atMs ?? null;
    if (!sent || !isDurable) return;
    if ("change" in sent) {
      this.#settle(sent.change);
      return;
    }
    for (const number of this.#unsaved.keys()) {
      if (number > sent.everythingTo) break;
      this.#settle(number);
    }
  }

  /** The socket is gone: what it carried and nobody acknowledged is unsaved until everything is exchanged anew. */
  disconnected(): void {
    this.#sent = [];
  }

  #send(sent: Sent): void {
    this.#sent.push(sent);
    this.#waitingSinceMs ??= sent.atMs;
  }

  #add(edit: number): number {
    this.#lastNumber += 1;
    this.#unsaved.set(this.#lastNumber, { number: this.#lastNumber, edit });
    this.#edits.set(edit, (this.#edits.get(edit) ?? 0) + 1);
    return this.#lastNumber;
  }

  #settle(number: number): void {
    const change = this.#unsaved.get(number);
    if (!change) return;
    this.#unsaved.delete(number);
    const left = (this.#edits.get(change.edit) ?? 1) - 1;
    if (left > 0) this.#edits.set(change.edit, left);
    else this.#edits.delete(change.edit);
  }
}
