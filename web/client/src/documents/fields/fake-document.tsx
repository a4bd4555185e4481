// A document without a studio, for tests: a real Y.Doc, real undo and presence, and no socket.
import { render } from "@testing-library/react";
import type { ReactElement, ReactNode } from "react";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { SessionProvider } from "../../collab/context";
import { OpenDrafts } from "../../collab/open-drafts";
import { LOCAL } from "../../collab/origins";
import { pointerTo, type Path } from "../../collab/path";
import { Presence } from "../../collab/presence";
import { FIRST_STATE, ReadOnly, type SessionState } from "../../collab/session-state";
import { setKind, type Kind } from "../../collab/shape";
import { createUndo } from "../../collab/undo";
import type { DocumentSession } from "../../collab/document-session";

// jsdom has no CSS object. Ids and labels of these tests need no escapes but quotes.
const styles: { CSS?: unknown } = globalThis;
styles.CSS ??= { escape: (name: string) => name.replace(/["\\]/g, "\\$&") };

/** What tests read and change of a session. */
export class FakeDocument {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly presence = new Presence(this.doc, this.awareness);
  readonly undo = createUndo(this.doc);
  readonly id = "00000000-0000-4000-8000-000000000001";
  /** Every place announced, in order. */
  readonly announced: (string | null)[] = [];
  /** All that was given back to its author, in order. */
  readonly givenBack: { path: string; before: unknown; mine: unknown; reason: string }[] = [];
  readonly drafts = new OpenDrafts(() => this.become({ drafts: this.drafts.list }));
  #state: SessionState = {
    ...FIRST_STATE,
    phase: "ready",
    connection: "online",
    mayWrite: true,
    readOnlyReason: null,
    role: "editor",
  };
  readonly #listeners = new Set<() => void>();

  constructor(readonly kind: Kind) {
    setKind(this.doc, kind);
    this.presence.recognise({ id: "me", name: "Ada Marsh", colour: 0 });
  }

  /** The same, as components get it. */
  get session(): DocumentSession {
    return this as unknown as DocumentSession;
  }

  getState(): SessionState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  become(change: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }

  edit(change: () => void): void {
    if (!this.#state.mayWrite) throw new ReadOnly(this.#state.readOnlyReason ?? "no");
    this.undo.stopCapturing();
    this.doc.transact(change, LOCAL);
    this.undo.stopCapturing();
  }

  undoMine(): void {
    if (this.#state.mayWrite) this.undo.undo();
  }

  redoMine(): void {
    if (this.#state.mayWrite) this.undo.redo();
  }

  giveBack(path: Path, before: unknown, mine: unknown, reason: string): string {
    return String(this.givenBack.push({ path: pointerTo(path), before, mine, reason }));
  }

  /** What was given back is in its author's hands again: the last of them, in tests. */
  takeBack(): void {
    this.givenBack.pop();
  }

  announce(place: string | null): void {
    this.announced.push(place);
    this.presence.announce(place);
  }

  leave(place: string): void {
    if (this.announced.at(-1) === place) this.announce(null);
  }

  /** Somebody else's edit, as it would arrive from the studio. */
  remote(change: (doc: Y.Doc) => void): void {
    const theirs = new Y.Doc();
    setKind(theirs, this.kind);
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(this.doc));
    change(theirs);
    Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(theirs), "remote");
    this.lastRemoteClient = theirs.clientID;
  }

  /** The client id of the last remote edit. */
  lastRemoteClient = 0;

  /** Somebody is here, under a client id. */
  arrive(clientId: number, name: string, colour: number, field: string | null = null): void {
    this.awareness.states.set(clientId, { person: { id: name, name, colour }, field });
    this.awareness.emit("change", [{ added: [clientId], updated: [], removed: [] }, "test"]);
  }
}

/** Shows something inside a document. */
export function renderIn(document: FakeDocument, element: ReactElement) {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <SessionProvider session={document.session}>{children}</SessionProvider>
  );
  return render(element, { wrapper });
}
