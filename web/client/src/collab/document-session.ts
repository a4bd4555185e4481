// One open document in this tab: opening it, staying connected, what is saved, and what happens when edits are refused.
import { WebSocketStatus } from "@hocuspocus/provider";
import { BackOff } from "./back-off";
import type { ConnectionListener } from "./connection";
import type { DraftRecord } from "./database";
import { draftsOf } from "./drafts";
import { rememberedPerson, rememberPerson } from "./identity";
import { LocalCopy } from "./local-copy";
import { listenOutside } from "./outside";
import { askForPlace, askForRole, type Answer, type Place, type Role } from "./place";
import { freshCopyOf, RefusalRounds, takeOver } from "./refusal";
import { SessionFace } from "./session-face";
import { whyReadOnly, type Phase } from "./session-state";
import type { TabSocket } from "./socket";
import { tabSocket } from "./tab-socket";
import { tellTabs, type TabNews } from "./tabs";

export type { Role } from "./place";
export type { Refusal } from "./given-back";
export { ReadOnly, type ConnectionState, type Phase, type SessionState } from "./session-state";
export type { Kind } from "./shape";

const UNWANTED = "You may read this document, but no longer change it.";
const SOCKET_EVENTS = ["status", "pause", "connect"] as const;

/** What this browser keeps of the document for one person. */
interface Kept {
  readonly copy: LocalCopy;
  readonly drafts: readonly DraftRecord[];
  /** Whether anything of the document was there. */
  readonly isKnown: boolean;
}

/** A document of this tab. Make it, then `open` it once; whoever shows it subscribes. */
export class DocumentSession extends SessionFace {
  readonly #backOff = new BackOff();
  readonly #rounds = new RefusalRounds();
  #role: Role | null = null;
  #mayWrite = false;
  #phase: Phase = "loading";
  /** Whether anything is known of what the document holds. */
  #isKnown = false;
  /** Copies that are being loaded or fetched and not shown yet. */
  readonly #coming = new Set<LocalCopy>();
  /** Rises when everything kept here was deleted: what began before that is not gone on with. */
  #epoch = 0;
  #generation = 0;
  #socket: TabSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #isAsking = false;
  /** Whether, while it was asked, somebody signed in or it was restored: the answer may be of before. */
  #asksAgain = false;
  /** The epoch in which a refused copy is being replaced; null: none is. */
  #replacing: number | null = null;
  #stops: (() => void)[] = [];

  /** Opens the document: what this browser keeps, and what the studio has. Resolves once either is known. */
  async open(): Promise<void> {
    this.#stops.push(
      listenOutside(this.id, {
        signedOut: () => this.#signedOut(),
        heardTabs: (news) => this.#heardTabs(news),
        hurry: () => this.#hurry(),
        restored: () => this.#restored(),
      }),
    );
    await this.#ask(() => this.#tryOpening());
  }

  /** Looks again whether the document can be opened, e.g. after it was restored or somebody signed in. */
  async retry(): Promise<void> {
    if (this.#isAsking || this.#isClosed) return;
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    await this.#ask(async () => {
      const epoch = this.#epoch;
      if (this.personId === null) return this.#tryOpening();
      const answer = await askForPlace(this.id, this.kind);
      if (epoch === this.#epoch) this.#settle(answer);
    });
  }

  /** Leaves the document. What is unsaved stays in this browser. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#retry) clearTimeout(this.#retry);
    this.#stops.forEach((stop) => stop());
    this.copy.destroy();
    this.#giveUpComing();
    this.#setPhase("closed");
    // A socket on which nobody signs in any more would be closed and opened for ever.
    if (this.#socket?.configuration.providerMap.size === 0) this.#socket.rest();
    await this.copy.store.close();
  }

  /** The phase of a document nothing keeps from being open. */
  get #openPhase(): Phase {
    return this.#isKnown ? "ready" : "loading";
  }

  get #isClosed(): boolean {
    return this.#phase === "closed";
  }

  // -- opening --------------------------------------------------------------------------------------------------------

  /** Opening and looking again never run at the same time. */
  async #ask(act: () => Promise<void>): Promise<void> {
    this.#isAsking = true;
    try {
      await act();
    } finally {
      this.#isAsking = false;
    }
    const isDue = this.#asksAgain && (this.#phase === "signed-out" || this.#phase === "trashed");
    this.#asksAgain = false;
    if (isDue) await this.retry();
  }

  async #tryOpening(): Promise<void> {
    const epoch = this.#epoch;
    const isOver = () => this.#isClosed || epoch !== this.#epoch;
    const remembered = rememberedPerson();
    const loading = remembered === null ? null : this.#load(remembered);
    const [answer, loaded] = await Promise.all([askForPlace(this.id, this.kind), loading]);
    const personId = answer.type === "place" ? answer.personId : remembered;
    // What somebody else wrote here is neither shown nor sent.
    const own = loaded && personId === remembered ? loaded : null;
    if (own !== loaded || isOver()) await this.#drop(loaded?.copy);
    if (isOver()) return;
    if (answer.type === "place") {
      const kept = own ?? (await this.#load(answer.personId));
      if (isOver()) return this.#drop(kept.copy);
      this.#begin(kept, answer);
    } else if (answer.type === "unreachable" && own?.isKnown) {
      this.#begin(own, null);
    } else {
      await this.#drop(own?.copy);
      this.#settle(answer);
    }
  }

  async #load(personId: string): Promise<Kept> {
    const copy = this.#newCopy(personId);
    const [drafts, { isKnown }] = await Promise.all([draftsOf(copy.whose), copy.load()]);
    return { copy, drafts, isKnown };
  }

  async #drop(copy: LocalCopy | undefined): Promise<void> {
    if (!copy) return;
    this.#coming.delete(copy);
    await copy.store.close();
  }

  /** Lets go of copies nobody has seen: they keep nothing from now on. */
  #giveUpComing(): void {
    for (const copy of this.#coming) {
      copy.destroy();
      copy.store.abandon();
    }
    this.#coming.clear();
  }

  #newCopy(personId: string): LocalCopy {
    const copy: LocalCopy = new LocalCopy(
      { personId, documentId: this.id, kind: this.kind },
      () => {
        if (copy === this.copy) this.changed();
      },
      (entry) => {
        if (copy === this.copy) this.removed(entry);
      },
    );
    this.#coming.add(copy);
    return copy;
  }

  /** Shows a copy and connects it. Without a place, Yjs' random client id stays until the next page load. */
  #begin({ copy, drafts, isKnown }: Kept, place: Place | null): void {
    this.personId = copy.whose.personId;
    if (place) this.#recognised(place);
    copy.start(place);
    this.#show(copy, place?.role ?? copy.role);
    this.givenBack.show(drafts);
    this.#isKnown = isKnown;
    this.#phase = this.#openPhase;
    const socket = tabSocket(copy.whose.personId);
    this.#listenTo(socket);
    copy.connect(socket, this.#listenerOf(copy));
    socket.start();
    this.changed();
  }

  #recognised({ personId }: Place): void {
    rememberPerson(personId);
    tellTabs({ type: "signed-in", personId });
  }

  #listenTo(socket: TabSocket): void {
    const changed = () => this.changed();
    for (const event of SOCKET_EVENTS) socket.on(event, changed);
    this.#stops.push(() => SOCKET_EVENTS.forEach((event) => socket.off(event, changed)));
    this.#socket = socket;
  }

  #show(copy: LocalCopy, role: Role | null): void {
    this.copy.destroy();
    this.copy = copy;
    this.#coming.delete(copy);
    this.#takeRole(role);
    copy.presence.announce(this.field);
    this.#generation += 1;
  }

  // -- what the studio says -------------------------------------------------------------------------------------------

  #listenerOf(copy: LocalCopy): ConnectionListener {
    const ifShown =
      <Args extends unknown[]>(act: (...args: Args) => void) =>
      (...args: Args) => {
        if (copy === this.copy && !this.#isClosed) act(...args);
      };
    return {
      authenticated: ifShown((mayWrite: boolean) => this.#authenticated(mayWrite)),
      denied: ifShown(() => void this.retry()),
      synced: ifShown(() => this.#synced()),
      live: ifShown(() => this.changed()),
      disconnected: ifShown(() => this.changed()),
      acknowledged: ifShown(() => this.#acknowledged()),
      unwanted: ifShown(() => void this.#replace("", UNWANTED)),
      refused: ifShown((path: string, reason: string) => void this.#replace(path, reason)),
    };
  }

  #synced(): void {
    this.#isKnown = true;
    this.#setPhase("ready");
  }

  #authenticated(mayWrite: boolean): void {
    if (mayWrite !== this.#mayWrite) {
      this.#mayWrite = mayWrite;
      if (!mayWrite) this.undo.clear();
      void askForRole().then((role) => {
        // The socket is the authority on writing; this only says under which name.
        this.#role = this.copy.role = role;
        this.changed();
      });
    }
    this.changed();
  }

  #acknowledged(): void {
    this.copy.store.note();
    if (this.copy.ledger.unsaved === 0) this.#rounds.settled();
    this.changed();
  }

  /** Goes on as the studio's answer demands, with what is open already or nothing at all. */
  #settle(answer: Answer): void {
    if (this.#isClosed) return;
    if (answer.type !== "unreachable") this.#backOff.reset();
    if (answer.type === "unreachable") {
      this.#retry = setTimeout(() => void this.retry(), this.#backOff.next());
      this.changed();
    } else if (answer.type !== "place") {
      this.#stop(answer.type);
    } else if (answer.personId !== this.personId) {
      this.#stop("signed-out");
    } else {
      this.#recognised(answer);
      this.#takeRole(answer.role);
      this.copy.connection?.reopen();
      this.#socket?.start();
      this.#setPhase(this.#openPhase);
    }
  }

  /** Stops talking about this document; what is here stays here. */
  #stop(phase: "signed-out" | "missing" | "trashed"): void {
    this.copy.connection?.leave();
    if (phase === "signed-out") this.#socket?.rest();
    this.#setPhase(phase);
  }

  #signedOut(): void {
    if (this.#phase === "loading" || this.#phase === "ready") this.#stop("signed-out");
  }

  #heardTabs(news: TabNews): void {
    if (news.type === "signed-out") {
      // Everything kept here was deleted: nothing may be written back, nor sent later.
      this.#epoch += 1;
      this.copy.store.abandon();
      this.#giveUpComing();
      this.#stop("signed-out");
      this.personId = null;
      this.givenBack.clear();
      this.changed();
    } else if (news.personId !== this.personId && this.personId !== null) {
      this.#signedOut();
    } else if (this.#phase === "signed-out") {
      this.#asksAgain = this.#isAsking;
      void this.retry();
    }
  }

  #restored(): void {
    if (this.#isAsking) this.#asksAgain = true;
    else if (this.#phase === "trashed") void this.retry();
  }

  #hurry(): void {
    if (this.#phase === "signed-out" || this.#retry !== null) void this.retry();
  }

  // -- refusals -------------------------------------------------------------------------------------------------------

  /** Replaces a copy the studio will not have by a fresh one; what may be written is, the rest is given back. */
  async #replace(path: string, reason: string): Promise<void> {
    const [old, socket] = [this.copy, this.#socket];
    const epoch = this.#epoch;
    if (this.#replacing === epoch || !socket) return;
    this.#replacing = epoch;
    old.connection?.leave();
    try {
      const place = await askForPlace(this.id, this.kind);
      if (epoch !== this.#epoch) return;
      if (place.type !== "place" || place.personId !== this.personId) {
        this.#settle(place);
        return;
      }
      const fresh = this.#newCopy(place.personId);
      const isThere = await freshCopyOf(fresh, place, socket, this.#listenerOf(fresh));
      if (epoch !== this.#epoch) {
        await this.#drop(fresh);
        return;
      }
      if (!isThere || this.#isClosed) {
        fresh.destroy();
        await this.#drop(fresh);
        return void this.retry();
      }
      this.#rounds.refused(path);
      const blocked = fresh.connection?.authorizedScope === "read-write" ? this.#rounds.blocked : [[]];
      const { drafts, kept } = takeOver(old, fresh, { path, reason, blocked });
      this.givenBack.add(drafts);
      this.#show(fresh, place.role);
      this.#synced();
      await kept();
      fresh.connection?.letGo();
    } finally {
      // After a sign-out the fetching of a copy may never end: it must not keep the next replacement from beginning.
      if (this.#replacing === epoch) this.#replacing = null;
    }
  }

  // -- the state ------------------------------------------------------------------------------------------------------

  #takeRole(role: Role | null): void {
    this.#role = this.copy.role = role;
    // Nobody knows yet what a person may do who opens a document offline for the first time; the studio will judge.
    this.#mayWrite = role !== "viewer" && role !== "commenter";
  }

  #setPhase(phase: Phase): void {
    this.#phase = phase;
    this.changed();
  }

  protected override changed(): void {
    const { ledger, answer, store, connection } = this.copy;
    const mayWrite = this.#phase === "ready" && this.#mayWrite;
    answer.watch();
    this.shown.show({
      phase: this.#phase,
      connection: connection?.isLive ? "online" : this.#isOffline() ? "offline" : "connecting",
      unsaved: ledger.unsaved,
      isSlow: answer.isSlow,
      keptLocally: store.isKept,
      mayWrite,
      readOnlyReason: whyReadOnly(this.#phase, mayWrite, this.#role),
      role: this.#role,
      refusals: this.givenBack.list,
      drafts: this.drafts.list,
      generation: this.#generation,
    });
  }

  #isOffline(): boolean {
    const socket = this.#socket;
    if (this.#retry || !socket) return this.#retry !== null;
    return socket.isPausing || socket.status === WebSocketStatus.Disconnected;
  }
}
