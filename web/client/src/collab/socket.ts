// The one socket of this tab: many documents share it. It comes back by itself, patiently, and notices a dead network.
import { HocuspocusProviderWebsocket, WebSocketStatus } from "@hocuspocus/provider";
import { BackOff } from "./back-off";

/** The provider's own check for silence closes sockets of hidden tabs, whose timers run once a minute: never use it. */
const NEVER_MS = 24 * 3_600_000;
/** Milliseconds an attempt may take before it is given up: a browser alone waits minutes for a silent network. */
const ATTEMPT_MS_MAX = 10_000;
/** Milliseconds between two looks whether anything was heard. */
const LOOK_MS = 5_000;
/** Milliseconds of silence after which the studio is asked; the renewal of presence is heard every 15 seconds. */
const SILENCE_MS_MAX = 20_000;
/** Milliseconds the studio may take to answer. */
const ANSWER_MS_MAX = 5_000;
/** Messages without a document's name: "are you there" and its answer. */
const PING = new Uint8Array([9]);
const PONG = 10;
/** The close code of a socket that was given up here: none of those by which the studio says what was wrong. */
const CLOSED_BY_US = 4408;

type WebSocketClass = new (url: string) => WebSocket;

export interface SocketOptions {
  readonly url: string;
  readonly WebSocket?: WebSocketClass;
  readonly random?: () => number;
}

/** A socket that reconnects on its own terms. Documents attach to it as to any Hocuspocus socket. */
export class TabSocket extends HocuspocusProviderWebsocket {
  readonly #backOff: BackOff;
  #pause: ReturnType<typeof setTimeout> | null = null;
  #attemptEnds: ReturnType<typeof setTimeout> | null = null;
  #answerDue: ReturnType<typeof setTimeout> | null = null;
  readonly #look: ReturnType<typeof setInterval>;
  #openedAtMs: number | null = null;
  #heardAtMs = 0;
  #isWanted = false;

  constructor({ url, WebSocket: socketClass, random }: SocketOptions) {
    super({
      url,
      autoConnect: false,
      maxAttempts: 1,
      messageReconnectTimeout: NEVER_MS,
      ...(socketClass && { WebSocketPolyfill: socketClass }),
    });
    this.#backOff = new BackOff(random);
    this.on("open", () => this.#opened());
    this.on("disconnect", () => this.#closed());
    this.#look = setInterval(() => this.#probeIfSilent(), LOOK_MS);
    window.addEventListener("online", this.#hurry);
    window.addEventListener("offline", this.#goOffline);
    window.addEventListener("pageshow", this.#hurry);
    document.addEventListener("visibilitychange", this.#hurryIfVisible);
  }

  /** Whether the next attempt is being waited for: nobody answers at the moment. */
  get isPausing(): boolean {
    return this.#pause !== null;
  }

  /** Connects and stays connected until `rest`. */
  start(): void {
    this.#isWanted = true;
    this.#attemptNow();
  }

  /** Leaves the studio alone, e.g. because nobody is signed in; `start` begins anew. */
  rest(): void {
    this.#isWanted = false;
    this.#clearPause();
    this.#clearAttempt();
    this.#answered();
    this.disconnect();
    if (this.status !== WebSocketStatus.Disconnected) this.#drop("resting");
  }

  /** The base class asks for a connection whenever it has lost one: when that happens is decided here. */
  override connect(): Promise<void> {
    if (this.#isWanted && this.status === WebSocketStatus.Disconnected && !this.#attemptEnds) this.#schedule();
    return Promise.resolve();
  }

  /**
   * Sends now or not at all. The base class would queue for the next socket: those frames would arrive after the
   * exchange that already brought everything, and nobody could match their acknowledgements.
   */
  override send(message: Uint8Array): void {
    if (this.webSocket?.readyState === WebSocket.OPEN) super.send(message);
  }

  override onMessage(event: MessageEvent): void {
    this.#heardAtMs = Date.now();
    this.#answered();
    const data = new Uint8Array(event.data as ArrayBuffer);
    // The base class takes this answer for a document's name and fails.
    if (data.length === 1 && data[0] === PONG) this.resolveConnectionAttempt();
    else super.onMessage(event);
  }

  override destroy(): void {
    this.#isWanted = false;
    this.#clearPause();
    this.#clearAttempt();
    this.#answered();
    clearInterval(this.#look);
    window.removeEventListener("online", this.#hurry);
    window.removeEventListener("offline", this.#goOffline);
    window.removeEventListener("pageshow", this.#hurry);
    document.removeEventListener("visibilitychange", this.#hurryIfVisible);
    super.destroy();
  }

  #schedule(): void {
    if (this.#pause) return;
    this.#pause = setTimeout(() => this.#attemptNow(), this.#backOff.next());
    this.emit("pause");
  }

  #attemptNow(): void {
    this.#clearPause();
    if (!this.#isWanted || this.status !== WebSocketStatus.Disconnected || this.#attemptEnds) return;
    this.#attemptEnds = setTimeout(() => this.#drop("no answer"), ATTEMPT_MS_MAX);
    void super.connect();
  }

  #opened(): void {
    this.#clearAttempt();
    this.#openedAtMs = this.#heardAtMs = Date.now();
  }

  #closed(): void {
    this.#clearAttempt();
    this.#answered();
    if (this.#openedAtMs !== null) this.#backOff.lasted(Date.now() - this.#openedAtMs);
    this.#openedAtMs = null;
    if (this.#isWanted) this.#schedule();
  }

  /** Ends the present socket or attempt at once, without waiting for a handshake nobody may answer. */
  #drop(reason: string): void {
    this.#clearAttempt();
    this.emit("close", { event: { code: CLOSED_BY_US, reason } });
  }

  #probeIfSilent(): void {
    if (Date.now() - this.#heardAtMs > SILENCE_MS_MAX) this.#probe();
  }

  #probe(): void {
    if (this.status !== WebSocketStatus.Connected || this.#answerDue) return;
    this.#answerDue = setTimeout(() => {
      this.#answerDue = null;
      this.#drop("silence");
    }, ANSWER_MS_MAX);
    this.send(PING);
  }

  readonly #hurry = (): void => {
    if (this.status === WebSocketStatus.Connected) this.#probe();
    else this.#attemptNow();
  };

  readonly #hurryIfVisible = (): void => {
    if (document.visibilityState === "visible") this.#hurry();
  };

  /**
   * A browser that goes offline keeps its sockets open and silent. What they carry is lost, so they are dropped; the
   * next attempts go on, because a studio on this very machine needs no network.
   */
  readonly #goOffline = (): void => {
    if (this.status !== WebSocketStatus.Disconnected) this.#drop("offline");
  };

  #clearPause(): void {
    if (this.#pause) clearTimeout(this.#pause);
    this.#pause = null;
  }

  #clearAttempt(): void {
    if (this.#attemptEnds) clearTimeout(this.#attemptEnds);
    this.#attemptEnds = null;
  }

  #answered(): void {
    if (this.#answerDue) clearTimeout(this.#answerDue);
    this.#answerDue = null;
  }
}
