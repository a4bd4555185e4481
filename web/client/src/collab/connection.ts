// One document on the tab's socket: hears what the studio says about it, and keeps the ledger of what is durable.
import { HocuspocusProvider } from "@hocuspocus/provider";
import { createDecoder, readVarInt, readVarString, readVarUint, readVarUint8Array } from "lib0/decoding";
import { toUint8Array, type Encoder } from "lib0/encoding";
import type { Awareness } from "y-protocols/awareness";
import { messageYjsSyncStep1, messageYjsSyncStep2 } from "y-protocols/sync";
import type * as Y from "yjs";
import { composition } from "./composition";
import { readPerson, type Presence } from "./presence";
import type { SavedLedger } from "./saved";
import type { TabSocket } from "./socket";

/** What a connection tells its session. */
export interface ConnectionListener {
  /** The credentials count; whether edits will be taken. Again whenever that changes. */
  authenticated(mayWrite: boolean): void;
  /** This person may not be here, or there is no such document: the reason is for people, not for programs. */
  denied(): void;
  /** The studio's state has arrived. */
  synced(): void;
  /** All there is was sent: changes go out as they are made from now on. */
  live(): void;
  /** The socket is gone, or this document on it. */
  disconnected(): void;
  /** An answer about what was sent: something may be durable now. */
  acknowledged(): void;
  /** What was sent will never be durable, because this person may not write any more. */
  unwanted(): void;
  /** The studio refuses an update for good, and has ended this connection. */
  refused(path: string, reason: string): void;
}

export interface ConnectionOptions {
  readonly socket: TabSocket;
  readonly documentId: string;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly presence: Presence;
  readonly ledger: SavedLedger;
  readonly listener: ConnectionListener;
}

/** Types of messages, as the wire numbers them. */
const [SYNC, AWARENESS, CLOSE, SYNC_STATUS, PONG] = [0, 1, 7, 8, 10];
/** Close codes that blame what was sent on the socket: bytes the studio cannot read, and too many of them. */
const BLAMING_CODES: ReadonlySet<number> = new Set([4400, 4413]);

/** A Hocuspocus provider that knows which frame carried which change. */
export class DocumentConnection extends HocuspocusProvider {
  readonly #ledger: SavedLedger;
  readonly #presence: Presence;
  readonly #listener: ConnectionListener;
  /** Whether all that is here was sent on the present socket, so that single changes may follow. */
  #hasSentAll = false;
  /** Whether nothing of the document is sent yet, because this browser has not kept it so far. */
  #isHeldBack = false;
  /** Whether the studio, or this tab, has ended this document's connection. */
  #isEnded = false;
  /** Whether the last socket died with frames on it that nobody had answered. */
  #diedWaiting = false;
  /** How many sockets have ended. */
  #sockets = 0;
  /** What a refusal said; the end of the connection follows it. */
  #refusal: { path: string; reason: string } | null = null;

  constructor({ socket, documentId, doc, awareness, presence, ledger, listener }: ConnectionOptions) {
    super({
      name: documentId,
      document: doc,
      awareness,
      websocketProvider: socket,
      // The socket's cookie says who this is.
      token: "",
      // A document that is opened again at once must not hear answers meant for its predecessor.
      sessionAwareness: true,
    });
    this.#ledger = ledger;
    this.#presence = presence;
    this.#listener = listener;
    this.on("authenticated", ({ scope }: { scope: string }) => this.#authenticated(scope));
    this.on("authenticationFailed", () => this.#denied());
    this.on("synced", ({ state }: { state: boolean }) => state && listener.synced());
    this.on("stateless", ({ payload }: { payload: string }) => this.#heard(payload));
    this.on("close", ({ event }: { event: { code?: number; reason?: string } }) => this.#socketClosed(event));
  }

  /** Whether changes are sent as they are made. */
  get isLive(): boolean {
    return this.isAuthenticated && this.#hasSentAll && !this.#isEnded;
  }

  /** Receives, but sends nothing of the document until `letGo`. */
  holdBack(): void {
    this.#isHeldBack = true;
    this.#hasSentAll = false;
  }

  /** Sends everything the studio lacks, and from then on what is changed. */
  letGo(): void {
    this.#isHeldBack = false;
    this.forceSync();
  }

  /** Sends one change, if all before it was sent on this socket; otherwise the next exchange of everything has it. */
  share(update: Uint8Array, change: number): void {
    if (!this.#hasSentAll || this.#isEnded) return;
    super.documentUpdateHandler(update, null);
    this.#ledger.sentChange(change, Date.now());
  }

  /** Leaves the document; `reopen` comes back. */
  leave(): void {
    this.#isEnded = true;
    this.detach();
    this.onClose();
  }

  /** Comes back to a document that was left, or that the studio had closed. */
  reopen(): void {
    this.detach();
    this.#isEnded = false;
    this.#refusal = null;
    this.attach();
  }

  /** Changes are shared by `share`, under their number: the base class has nothing to do. */
  override documentUpdateHandler(): void {
    return;
  }

  override awarenessUpdateHandler(changes: unknown, origin: unknown): void {
    // Before the studio knows who this is, frames of presence would only fill what it keeps for later.
    if (this.isAuthenticated) super.awarenessUpdateHandler(changes, origin);
  }

  override send(...[message, details]: Parameters<HocuspocusProvider["send"]>): void {
    const encoder = (details as { encoder?: Encoder } | undefined)?.encoder;
    const isEverything = encoder !== undefined && isStep2(toUint8Array(encoder));
    if (isEverything && this.#isHeldBack) return;
    super.send(message, details);
    if (!isEverything) return;
    this.#hasSentAll = true;
    this.#ledger.sentEverything(Date.now());
    this.#listener.live();
  }

  override onMessage(event: MessageEvent): void {
    if (this.#isEnded) return;
    const decoder = createDecoder(new Uint8Array(event.data as ArrayBuffer));
    readVarString(decoder);
    switch (readVarUint(decoder)) {
      case SYNC_STATUS:
        this.#answered(readVarInt(decoder) === 1);
        return;
      case PONG:
        return;
      case SYNC:
        if (readVarUint(decoder) === messageYjsSyncStep1) break;
        this.#takeIn(event);
        return;
      case AWARENESS:
        this.#recognise(readVarUint8Array(decoder));
        this.#takeIn(event);
        return;
      case CLOSE:
        super.onMessage(event);
        this.#closed();
        return;
      default:
    }
    super.onMessage(event);
  }

  override onClose(): void {
    super.onClose();
    this.#sockets += 1;
    this.#hasSentAll = false;
    this.#diedWaiting = this.#ledger.isWaiting;
    this.#ledger.disconnected();
    this.#listener.disconnected();
  }

  /** What others change, and where they are, waits for whoever composes; after a new beginning the studio sends them again. */
  #takeIn(event: MessageEvent): void {
    const sockets = this.#sockets;
    composition.after(() => {
      if (!this.#isEnded && sockets === this.#sockets) super.onMessage(event);
    });
  }

  #authenticated(scope: string): void {
    this.#presence.announceAgain();
    this.#listener.authenticated(scope === "read-write");
  }

  #answered(isDurable: boolean): void {
    this.#ledger.answered(isDurable);
    if (isDurable) this.#listener.acknowledged();
    // With the right to write, the reason and the end of the connection follow.
    else if (this.authorizedScope === "readonly") this.#listener.unwanted();
  }

  #heard(payload: string): void {
    const said = parsed(payload);
    if (said?.["type"] !== "refused") return;
    this.#refusal = { path: textOf(said["path"]), reason: textOf(said["reason"]) };
  }

  #closed(): void {
    this.#isEnded = true;
    if (this.#refusal) this.#listener.refused(this.#refusal.path, this.#refusal.reason);
    else this.#listener.denied();
  }

  #denied(): void {
    this.leave();
    this.#listener.denied();
  }

  #socketClosed({ code, reason }: { code?: number; reason?: string }): void {
    if (!this.#diedWaiting || code === undefined || !BLAMING_CODES.has(code)) return;
    // Sending the same again would end the same way, for ever.
    this.#isEnded = true;
    this.#listener.refused("", reason ?? "");
  }

  /** The studio sends everybody's state back to them with who they are: the library would overlook it. */
  #recognise(body: Uint8Array): void {
    const person = readPerson(body, this.document.clientID);
    if (person) this.#presence.recognise(person);
  }
}

function isStep2(frame: Uint8Array): boolean {
  const decoder = createDecoder(frame);
  readVarString(decoder);
  return readVarUint(decoder) === SYNC && readVarUint(decoder) === messageYjsSyncStep2;
}

function parsed(payload: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
