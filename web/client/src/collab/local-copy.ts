// One copy of a document in this tab: the CRDT, what this browser keeps of it, what is saved, undo, and who is there.
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { DocumentConnection, type ConnectionListener } from "./connection";
import { LocalStore, type Found, type Whose } from "./local-store";
import type { Place, Role } from "./place";
import { Presence } from "./presence";
import { KEPT, MERGED } from "./origins";
import { removedEntries, type RemovedEntry } from "./removed-entries";
import { SavedLedger } from "./saved";
import { setKind } from "./shape";
import { SlowAnswer } from "./slow-answer";
import type { TabSocket } from "./socket";
import { createUndo } from "./undo";

/** The parts that need the copy's client id: made once it is known. */
interface Started {
  readonly awareness: Awareness;
  readonly presence: Presence;
  readonly undo: Y.UndoManager;
}

/** A document under one client id. A refused one is replaced by another. */
export class LocalCopy {
  readonly doc = new Y.Doc();
  readonly ledger = new SavedLedger();
  readonly answer: SlowAnswer;
  readonly store: LocalStore;
  /** The person's role, as far as anybody has said it. */
  role: Role | null = null;
  /** How much of every client id was saved before the first edit that is not. */
  #saved: ReadonlyMap<number, number> = new Map();
  #started: Started | null = null;
  #connection: DocumentConnection | null = null;

  constructor(
    readonly whose: Whose,
    /** Hears of changes made here, and of whether they are kept. */
    private readonly onChanged: () => void,
    /** Hears of entries that others removed. */
    private readonly onRemoved: (entry: RemovedEntry) => void = () => undefined,
  ) {
    setKind(this.doc, whose.kind);
    const facts = () => ({ unsaved: this.ledger.unsaved, role: this.role });
    this.answer = new SlowAnswer(this.ledger, onChanged);
    this.store = new LocalStore(whose, this.doc, facts, onChanged);
  }

  get awareness(): Awareness {
    return this.#parts.awareness;
  }

  get presence(): Presence {
    return this.#parts.presence;
  }

  get undo(): Y.UndoManager {
    return this.#parts.undo;
  }

  get connection(): DocumentConnection | null {
    return this.#connection;
  }

  /** Loads what this browser keeps. Do it before `start`: Yjs gives up a client id that it finds in what it loads. */
  async load(): Promise<Found> {
    const found = await this.store.open();
    this.ledger.adopted(found.unsaved);
    this.role = found.role;
    return found;
  }

  /** Takes the client id of a place, or keeps Yjs' random one. */
  start(place: Place | null): void {
    if (place) this.doc.clientID = place.clientId;
    // Not before: for whoever listens, Yjs encodes all that was loaded once more.
    this.doc.on("update", this.#updated);
    this.doc.on("afterTransaction", this.#changed);
    const awareness = new Awareness(this.doc);
    const presence = new Presence(this.doc, awareness);
    if (place) presence.recognise({ id: place.personId, name: place.name, colour: 0 });
    this.#started = { awareness, presence, undo: createUndo(this.doc) };
  }

  /** Joins the document on the tab's socket. Returns the connection, which sends nothing yet if it is held back. */
  connect(socket: TabSocket, listener: ConnectionListener, { isHeldBack = false } = {}): DocumentConnection {
    const { doc, awareness, presence, ledger } = this;
    const connection = new DocumentConnection({
      socket,
      documentId: this.whose.documentId,
      doc,
      awareness,
      presence,
      ledger,
      listener,
    });
    this.#connection = connection;
    if (isHeldBack) connection.holdBack();
    connection.attach();
    return connection;
  }

  /** Leaves the document. The content stays readable. */
  destroy(): void {
    this.doc.off("update", this.#updated);
    this.doc.off("afterTransaction", this.#changed);
    this.answer.stop();
    this.#connection?.destroy();
    this.#started?.undo.destroy();
    // The connection has ended it, if there was one.
    this.#started?.awareness.destroy();
  }

  get #parts(): Started {
    if (!this.#started) throw new Error("this copy has no client id yet");
    return this.#started;
  }

  readonly #updated = (update: Uint8Array, origin: unknown, _: Y.Doc, transaction: Y.Transaction): void => {
    if (origin === KEPT || origin === MERGED) return;
    if (origin === this.#connection && origin !== null) {
      this.store.append(update);
      return;
    }
    if (this.ledger.unsaved === 0) this.#saved = transaction.beforeState;
    const [place] = transaction.changed.keys();
    const change = this.ledger.changed(place, Date.now());
    this.store.append(update);
    this.#connection?.share(update, change);
    this.onChanged();
  };

  readonly #changed = (transaction: Y.Transaction): void => {
    if (transaction.origin !== this.#connection || transaction.local) return;
    removedEntries(transaction, this.ledger.unsaved > 0 ? this.#saved : null).forEach(this.onRemoved);
  };
}
