// The browser's database for what is kept in this browser: one for all documents, so that moves between stores are whole.
import type { Role } from "./place";
import type { Kind } from "./shape";

/** What is kept of one document by one tab. */
export interface StoreRecord {
  readonly id: string;
  readonly personId: string;
  readonly documentId: string;
  readonly kind: Kind;
  /** The role the person had when the store was last written; null: not known. */
  readonly role: Role | null;
  /** Edits, as a person counts them, in it that nobody had acknowledged then. */
  readonly unsaved: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly usedAtMs: number;
}

/** A field of a refused edit. */
export interface DraftChange {
  readonly path: string;
  readonly before: unknown;
  readonly mine: unknown;
}

/** What the studio would not take, kept until its author has decided about it. */
export interface DraftRecord {
  readonly id: string;
  readonly personId: string;
  readonly documentId: string;
  readonly path: string;
  readonly reason: string;
  readonly atMs: number;
  readonly changes: readonly DraftChange[];
}

export const STORES = "stores";
export const UPDATES = "updates";
export const DRAFTS = "drafts";
/** The index of stores and drafts by whose and of which document they are. */
export const BY_DOCUMENT = "byDocument";

const NAME = "counterpoint";
const VERSION = 1;

let opening: Promise<IDBDatabase> | null = null;

/** The database of this origin, opened once a page. Rejects where the browser keeps nothing, e.g. in private windows. */
export function openDatabase(): Promise<IDBDatabase> {
  opening ??= open().catch((error: unknown) => {
    opening = null;
    throw error;
  });
  return opening;
}

/** Closes the database of this page; the next use opens it again. */
export async function closeDatabase(): Promise<void> {
  const closing = opening;
  opening = null;
  if (closing) (await closing.catch(() => null))?.close();
}

/** The result of one request. */
export function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(errorOf(request.error));
  });
}

/** Resolves once the transaction is stored; rejects when nothing of it is. */
export function stored(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(errorOf(transaction.error));
  });
}

/** The keys of all updates of a store. */
export function updatesOf(storeId: string): IDBKeyRange {
  return IDBKeyRange.bound([storeId], [storeId, []]);
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const database = request.result;
      for (const name of [STORES, DRAFTS]) {
        database.createObjectStore(name, { keyPath: "id" }).createIndex(BY_DOCUMENT, ["personId", "documentId"]);
      }
      database.createObjectStore(UPDATES);
    };
    request.onsuccess = () => {
      const database = request.result;
      // A newer version of this page in another tab must not wait for this one.
      database.onversionchange = () => {
        database.close();
        opening = null;
      };
      database.onclose = () => (opening = null);
      resolve(database);
    };
    request.onerror = () => reject(errorOf(request.error));
    request.onblocked = () => reject(new Error("another tab keeps an older version of this page open"));
  });
}

function errorOf(error: DOMException | null): Error {
  return error ?? new Error("the browser's database gave up");
}
