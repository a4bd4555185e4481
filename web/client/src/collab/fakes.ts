// Stand-ins for what a browser has and unit tests lack: Web Locks, a socket in the test's hands, tabs that are gone.
import { createEncoder, toUint8Array, writeVarString, writeVarUint, type Encoder } from "lib0/encoding";
import * as Y from "yjs";
import { LocalStore, type Whose } from "./local-store";

/** Web Locks of one browser, in memory. */
export class FakeLocks {
  readonly #held = new Map<string, () => void>();

  request(
    name: string,
    optionsOrCallback: { ifAvailable?: boolean } | (() => Promise<unknown>),
    callback?: (lock: object | null) => Promise<unknown>,
  ): Promise<unknown> {
    if (typeof optionsOrCallback === "function") {
      return new Promise((resolve, reject) => {
        this.#held.set(name, () => resolve(undefined));
        optionsOrCallback().then(() => {
          this.#held.delete(name);
          resolve(undefined);
        }, reject);
      });
    }
    return callback?.(this.#held.has(name) ? null : {}) ?? Promise.resolve();
  }

  /** All tabs die. */
  releaseAll(): void {
    this.#held.clear();
  }
}

/** A WebSocket whose other end is the test. */
export class FakeWebSocket extends EventTarget {
  static readonly all: FakeWebSocket[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  binaryType = "blob";
  readonly sent: Uint8Array[] = [];

  constructor(readonly url: string) {
    super();
    FakeWebSocket.all.push(this);
  }

  static get last(): FakeWebSocket {
    const last = FakeWebSocket.all.at(-1);
    if (!last) throw new Error("nobody has connected");
    return last;
  }

  send(data: Uint8Array): void {
    this.sent.push(data);
  }

  close(): void {
    this.readyState = 3;
  }

  /** The studio accepts. */
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  /** The studio says something. */
  say(...bytes: number[]): void {
    this.dispatchEvent(new MessageEvent("message", { data: new Uint8Array(bytes).buffer }));
  }

  /** The socket ends. */
  end(code = 1006): void {
    this.readyState = 3;
    this.dispatchEvent(new CloseEvent("close", { code }));
  }
}

/** A frame of the studio about a document, under the name by which the tab calls it. */
export function frameAbout(name: string, type: number, write?: (encoder: Encoder) => void): Uint8Array {
  const encoder = createEncoder();
  writeVarString(encoder, name);
  writeVarUint(encoder, type);
  write?.(encoder);
  return toUint8Array(encoder);
}

/** A tab that is gone has set the title of a document to "Old", and nobody knows whether that is saved. */
export async function leaveBehind(
  whose: Whose,
  { unsaved = 1, clientId }: { unsaved?: number; clientId?: number } = {},
): Promise<void> {
  const doc = new Y.Doc();
  if (clientId !== undefined) doc.clientID = clientId;
  const facts = () => ({ unsaved, role: "editor" }) as const;
  const store = new LocalStore(whose, doc, facts, () => undefined);
  await store.open();
  doc.getMap(whose.kind).set("title", "Old");
  store.append(Y.encodeStateAsUpdate(doc));
  await Promise.resolve();
  await store.close();
}
