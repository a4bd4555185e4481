// What a document of this tab is to those who show it: its content, its state, editing, undo, and text that is given back.
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { GivenBack, type Refusal } from "./given-back";
import { LocalCopy } from "./local-copy";
import { OpenDrafts } from "./open-drafts";
import { LOCAL } from "./origins";
import { isWithin, pathOf, pointerTo, type Path } from "./path";
import type { Presence } from "./presence";
import { randomId } from "./random";
import type { RemovedEntry } from "./removed-entries";
import { ReadOnly, ShownState, type SessionState } from "./session-state";
import type { Kind } from "./shape";

/** The half of a DocumentSession that knows nothing of the studio. */
export abstract class SessionFace {
  protected readonly shown = new ShownState();
  protected readonly givenBack = new GivenBack();
  /** What is typed in its fields and not shared yet. */
  readonly drafts = new OpenDrafts(() => this.changed());
  protected copy: LocalCopy;
  /** Whose document this is: who was signed in when it was opened; null: nobody knows yet. */
  protected personId: string | null = null;
  /** The field this tab is in. */
  protected field: string | null = null;
  readonly #whoHearsOfLosses = new Set<(entry: RemovedEntry) => void>();

  constructor(
    readonly id: string,
    readonly kind: Kind,
  ) {
    // Empty until something is known, so that components have something to hold.
    this.copy = new LocalCopy({ personId: "", documentId: id, kind }, () => undefined);
    this.copy.start(null);
  }

  get doc(): Y.Doc {
    return this.copy.doc;
  }

  get awareness(): Awareness {
    return this.copy.awareness;
  }

  /** Undo and redo of one's own edits. Editors with an origin of their own add it by `addTrackedOrigin`. */
  get undo(): Y.UndoManager {
    return this.copy.undo;
  }

  get presence(): Presence {
    return this.copy.presence;
  }

  /** What the screen shows: the same object until something changes. */
  getState(): SessionState {
    return this.shown.get();
  }

  /** Calls the listener when the state has changed, or only when one of these parts has. Returns how to stop. */
  subscribe(listener: () => void, ...parts: (keyof SessionState)[]): () => void {
    return this.shown.subscribe(listener, ...parts);
  }

  /** Makes one edit, which is one step of undo. Throws ReadOnly when one may not write. */
  edit(change: () => void): void {
    const { mayWrite, readOnlyReason } = this.getState();
    if (!mayWrite) throw new ReadOnly(readOnlyReason ?? "This cannot be changed now.");
    this.undo.stopCapturing();
    this.doc.transact(change, LOCAL);
    this.undo.stopCapturing();
  }

  /** Undoes one's last edit; nothing when one may not write. */
  undoMine(): void {
    if (this.getState().mayWrite) this.undo.undo();
  }

  /** Makes the last undone edit again; nothing when one may not write. */
  redoMine(): void {
    if (this.getState().mayWrite) this.undo.redo();
  }

  /** Tells the others which field this tab is in, as a JSON Pointer; null: none. */
  announce(place: string | null): void {
    // What is typed in another field is another step of undo, however fast one is.
    if (place !== this.field) this.undo.stopCapturing();
    this.field = place;
    this.presence.announce(place);
  }

  /** Tells the others that this tab has left a field. Editors hear of that late: by then it may be in the next one. */
  leave(place: string): void {
    if (this.field === place) this.announce(null);
  }

  /** Hands out the text of a refusal and forgets it: its author has it now. */
  takeBack(refusalId: string): Refusal | null {
    const refusal = this.givenBack.take(refusalId);
    this.changed();
    return refusal;
  }

  /**
   * Gives words back to their author that cannot be shared any more; this browser keeps them until they are taken.
   * Returns the id of the refusal.
   */
  giveBack(path: Path, before: unknown, mine: unknown, reason: string): string {
    const [id, place] = [randomId(), pointerTo(path)];
    const changes = [{ path: place, before: before ?? null, mine: mine ?? null }];
    this.putBack({ id, path: place, reason, at: new Date(), changes });
    return id;
  }

  /** Keeps a refusal again that was taken. */
  putBack(refusal: Refusal): void {
    // After signing out nothing is kept of anybody.
    if (this.personId === null) return;
    this.givenBack.keep({ personId: this.personId, documentId: this.id }, refusal);
    this.changed();
  }

  /** Calls the listener when others remove the entry this tab is in. Returns how to stop. */
  onEntryLost(listener: (entry: RemovedEntry) => void): () => void {
    this.#whoHearsOfLosses.add(listener);
    return () => this.#whoHearsOfLosses.delete(listener);
  }

  /** Others removed an entry: what of here went with it unsaved is given back, for nobody else has it. */
  protected removed(entry: RemovedEntry): void {
    const { path, name, unsaved } = entry;
    if (unsaved.length > 0) {
      const reason = `${name === null ? "This" : `“${name}”`} was removed by somebody else before your words in it were saved.`;
      const changes = unsaved.map(({ path: place, mine }) => ({ path: place, before: null, mine }));
      this.putBack({ id: randomId(), path: pointerTo(path), reason, at: new Date(), changes });
    }
    if (this.field !== null && isWithin(pathOf(this.field), path))
      this.#whoHearsOfLosses.forEach((listener) => listener(entry));
  }

  /** Works out anew what the screen shows. */
  protected abstract changed(): void;
}
