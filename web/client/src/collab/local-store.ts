// What this tab keeps of one document in this browser: every change at once, so that a closed tab loses no keystroke.
import * as Y from "yjs";
import {
  BY_DOCUMENT,
  DRAFTS,
  openDatabase,
  resultOf,
  stored,
  STORES,
  UPDATES,
  updatesOf,
  type DraftRecord,
  type StoreRecord,
} from "./database";
import { adoptStore, holdStore } from "./locks";
import { KEPT } from "./origins";
import type { Role } from "./place";
import { randomId } from "./random";
import type { Kind } from "./shape";

/** Updates in a store after which they are written anew as one. */
const UPDATES_MAX = 200;
/** Milliseconds between two notes of how much is acknowledged: losing one costs a look at the studio, never an edit. */
const NOTE_MS = 500;
/** Milliseconds a store without unsaved edits is kept unused: a cache of a month. */
const KEPT_MS_MAX = 30 * 24 * 3_600_000;

/** Whose copy of which document. */
export interface Whose {
  readonly personId: string;
  readonly documentId: string;
  readonly kind: Kind;
}

/** What was found in this browser. */
export interface Found {
  /** Edits in it that nobody had acknowledged. */
  readonly unsaved: number;
  readonly role: Role | null;
  /** Whether anything was there at all. */
  readonly isKnown: boolean;
}

type Adopted = { -readonly [Fact in keyof Found]: Found[Fact] };

const NOTHING: Found = { unsaved: 0, role: null, isKnown: false };

/** The stores this tab writes. */
const openStores = new Set<LocalStore>();

/** Writes down at once how much of this tab's work is acknowledged. */
export async function noteOpenStores(): Promise<void> {
  await Promise.all([...openStores].map((store) => store.noteNow()));
}

/** The store of one copy of a document. Failures never stop the work: `isKept` then says that nothing is kept. */
export class LocalStore {
  readonly #id = randomId();
  #release: (() => void) | null = null;
  #database: IDBDatabase | null = null;
  #waiting: Uint8Array[] = [];
  #isFlushing = false;
  #count = 0;
  /** Whether the next write must hold everything, because one before it failed or there are too many. */
  #wantsAll = false;
  #note: ReturnType<typeof setTimeout> | null = null;
  #isClosed = false;
  #isKept = true;
  /** What was written last beside the changes. */
  #recorded: StoreRecord | null = null;

  constructor(
    private readonly whose: Whose,
    private readonly doc: Y.Doc,
    /** What is written beside each change: edits not yet acknowledged, and the role. */
    private readonly facts: () => { unsaved: number; role: Role | null },
    private readonly onKeptChanged: () => void,
  ) {}

  /** Whether what was changed so far is kept in this browser. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Loads what this browser has of the document: stores of tabs that are gone become part of this one. */
  async open(): Promise<Found> {
    await this.openEmpty();
    try {
      return this.#database ? await this.#adoptAll(this.#database) : NOTHING;
    } catch {
      this.#failed();
      return NOTHING;
    }
  }

  /** Makes the store ready without loading anything. */
  async openEmpty(): Promise<void> {
    try {
      this.#release = await holdStore(this.#id);
      this.#database = await openDatabase();
      if (this.#isClosed) this.#release();
      else openStores.add(this);
    } catch {
      this.#setKept(false);
    }
  }

  /** Keeps a change. It is on its way to the disk before the present task ends. */
  append(update: Uint8Array): void {
    if (this.#isClosed) return;
    this.#waiting.push(update);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => this.#flush());
  }

  /** Notes, soon, how much is acknowledged by now. */
  note(): void {
    if (this.#isClosed || this.#note) return;
    this.#note = setTimeout(() => void this.noteNow(), NOTE_MS);
  }

  /** Notes at once how much is acknowledged by now. */
  async noteNow(): Promise<void> {
    if (this.#note) clearTimeout(this.#note);
    this.#note = null;
    if (this.#isClosed || !this.#database || this.#count === 0) return;
    try {
      const transaction = this.#begin(this.#database);
      transaction.objectStore(STORES).put(this.#record());
      await stored(transaction);
    } catch {
      this.#failed();
    }
  }

  /** Takes the place of another store, together with a draft of what was refused: all of it or nothing. */
  async replace(other: LocalStore, drafts: readonly DraftRecord[]): Promise<void> {
    const isGivenUp = this.#isClosed;
    this.#waiting = [];
    other.#isClosed = true;
    if (!this.#database || isGivenUp) {
      other.abandon();
      return;
    }
    const transaction = this.#begin(this.#database);
    this.#writeAll(transaction);
    for (const draft of drafts) transaction.objectStore(DRAFTS).put(draft);
    removeStore(transaction, other.#id);
    await stored(transaction).catch(() => this.#failed());
    other.abandon();
  }

  /** Writes what is to be noted and lets other tabs adopt the store. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#flush();
    await this.noteNow();
    this.abandon();
  }

  /** Keeps nothing from now on, and lets other tabs adopt what there is. */
  abandon(): void {
    this.#isClosed = true;
    this.#waiting = [];
    if (this.#note) clearTimeout(this.#note);
    openStores.delete(this);
    this.#release?.();
  }

  async #adoptAll(database: IDBDatabase): Promise<Found> {
    const found: Adopted = { unsaved: 0, role: null, isKnown: false };
    for (const record of await recordsOf(database, this.whose)) await this.#adopt(database, record, found);
    return found;
  }

  /**
   * Resolves once what is in another store is in the document, or stays where it is. Nobody waits for the disk: should
   * the writing fail, the other store is still whole.
   */
  #adopt(database: IDBDatabase, record: StoreRecord, found: Adopted): Promise<void> {
    return new Promise((resolve, reject) => {
      const adopted = adoptStore(record.id, record.usedAtMs, async () => {
        // Given up while it was read, e.g. by signing out: what was deleted meanwhile is not written back.
        const whole = await this.#load(database, record.id);
        if (whole === null || this.#isClosed) return;
        found.unsaved += record.unsaved;
        found.role = record.role ?? found.role;
        found.isKnown = true;
        resolve();
        const transaction = this.#begin(database);
        this.#writeAll(transaction, { unsaved: found.unsaved, role: found.role }, whole());
        removeStore(transaction, record.id);
        await stored(transaction);
      });
      adopted.then(resolve, (reason: unknown) => {
        this.#failed();
        reject(reason instanceof Error ? reason : new Error(String(reason)));
      });
    });
  }

  /**
   * Puts a store's updates into the document. Returns how to have all of the document as one update; null when they
   * cannot be read: then the store is left as it is.
   */
  async #load(database: IDBDatabase, storeId: string): Promise<(() => Uint8Array) | null> {
    const transaction = database.transaction([UPDATES], "readonly");
    const updates = await resultOf<unknown[]>(transaction.objectStore(UPDATES).getAll(updatesOf(storeId)));
    const [only] = updates as Uint8Array[];
    if (only === undefined) return null;
    // What is all there is need not be encoded again.
    const isAll = updates.length === 1 && this.doc.store.clients.size === 0;
    try {
      this.doc.transact(() => updates.forEach((update) => Y.applyUpdate(this.doc, update as Uint8Array)), KEPT);
      return () => (isAll ? only : Y.encodeStateAsUpdate(this.doc));
    } catch {
      return null;
    }
  }

  #flush(): void {
    this.#isFlushing = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    this.#write((transaction) => {
      if (this.#wantsAll || this.#count >= UPDATES_MAX) {
        this.#writeAll(transaction);
        return;
      }
      const updates = transaction.objectStore(UPDATES);
      for (const update of waiting) {
        this.#count += 1;
        updates.put(update, [this.#id, this.#count]);
      }
      // Who types quickly would write the same beside each key.
      if (!this.#isRecorded()) transaction.objectStore(STORES).put(this.#record());
    });
  }

  #write(act: (transaction: IDBTransaction) => void): void {
    if (this.#isClosed) return;
    if (!this.#database) {
      void this.#reopen();
      return;
    }
    try {
      const transaction = this.#begin(this.#database);
      act(transaction);
      const whole = stored(transaction);
      // Without this the browser asks this tab for more before it stores anything; a closing tab would not answer.
      transaction.commit();
      void whole.then(
        () => this.#setKept(true),
        () => this.#failed(),
      );
    } catch {
      this.#failed();
    }
  }

  /** The browser has closed the database, e.g. because somebody cleared its data: from now on everything is new. */
  async #reopen(): Promise<void> {
    try {
      this.#database = await openDatabase();
    } catch {
      return;
    }
    // Whoever signed out while it opened wants nothing kept: `#write` keeps nothing of a closed store.
    this.#write((transaction) => this.#writeAll(transaction));
  }

  /** Writes the whole document as one update in place of all before. */
  #writeAll(transaction: IDBTransaction, facts = this.facts(), whole = Y.encodeStateAsUpdate(this.doc)): void {
    const updates = transaction.objectStore(UPDATES);
    updates.delete(updatesOf(this.#id));
    this.#count = 1;
    this.#wantsAll = false;
    updates.put(whole, [this.#id, this.#count]);
    transaction.objectStore(STORES).put(this.#record(facts));
  }

  #begin(database: IDBDatabase): IDBTransaction {
    return database.transaction([STORES, UPDATES, DRAFTS], "readwrite");
  }

  #record(facts = this.facts()): StoreRecord {
    return (this.#recorded = { id: this.#id, ...this.whose, ...facts, usedAtMs: Date.now() });
  }

  /** Whether the facts as they are were written a moment ago. */
  #isRecorded(): boolean {
    const { unsaved, role } = this.facts();
    const last = this.#recorded;
    return last?.unsaved === unsaved && last.role === role && Math.abs(Date.now() - last.usedAtMs) < NOTE_MS;
  }

  #failed(): void {
    this.#database = null;
    this.#wantsAll = true;
    this.#setKept(false);
  }

  #setKept(isKept: boolean): void {
    if (this.#isKept === isKept) return;
    this.#isKept = isKept;
    this.onKeptChanged();
  }
}

/** Removes stores that nobody has used for long and that hold nothing unsaved. */
export async function removeOldStores(nowMs = Date.now()): Promise<void> {
  const database = await openDatabase();
  const transaction = database.transaction([STORES, UPDATES], "readwrite");
  const records = (await resultOf(transaction.objectStore(STORES).getAll())) as StoreRecord[];
  for (const record of records) {
    if (record.unsaved === 0 && nowMs - record.usedAtMs > KEPT_MS_MAX) removeStore(transaction, record.id);
  }
  await stored(transaction);
}

/** The documents in which this person has left something unsaved in tabs that are gone. */
export async function leftBehind(personId: string): Promise<{ documentId: string; kind: Kind }[]> {
  const database = await openDatabase();
  const store = database.transaction([STORES], "readonly").objectStore(STORES);
  const documents = new Map<string, Kind>();
  for (const record of (await resultOf(store.getAll())) as StoreRecord[]) {
    if (record.personId !== personId || record.unsaved === 0) continue;
    await adoptStore(record.id, record.usedAtMs, () => {
      documents.set(record.documentId, record.kind);
      return Promise.resolve();
    });
  }
  return [...documents].map(([documentId, kind]) => ({ documentId, kind }));
}

async function recordsOf(
  database: IDBDatabase,
  { personId, documentId }: Pick<Whose, "personId" | "documentId">,
): Promise<StoreRecord[]> {
  const index = database.transaction([STORES], "readonly").objectStore(STORES).index(BY_DOCUMENT);
  return (await resultOf(index.getAll(IDBKeyRange.only([personId, documentId])))) as StoreRecord[];
}

function removeStore(transaction: IDBTransaction, storeId: string): void {
  transaction.objectStore(UPDATES).delete(updatesOf(storeId));
  transaction.objectStore(STORES).delete(storeId);
}
