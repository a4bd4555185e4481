// One document on the socket: which frames are sent when, and which answers count for what.
import { writeVarString, writeVarUint, writeVarUint8Array, type Encoder } from "lib0/encoding";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { composition } from "./composition";
import { DocumentConnection, type ConnectionListener } from "./connection";
import { FakeWebSocket, frameAbout } from "./fakes";
import { Presence } from "./presence";
import { SavedLedger } from "./saved";
import { setKind } from "./shape";
import { TabSocket } from "./socket";

const SONG = "00000000-0000-4000-8000-000000000001";

let socket: TabSocket;
let doc: Y.Doc;
let ledger: SavedLedger;
let connection: DocumentConnection;
let listener: { [Name in keyof ConnectionListener]: ReturnType<typeof vi.fn<ConnectionListener[Name]>> };

beforeEach(async () => {
  FakeWebSocket.all.length = 0;
  socket = new TabSocket({
    url: "ws://studio/collab",
    WebSocket: FakeWebSocket as unknown as new (url: string) => WebSocket,
    random: () => 0,
  });
  doc = new Y.Doc();
  setKind(doc, "song");
  ledger = new SavedLedger();
  const awareness = new Awareness(doc);
  listener = {
    authenticated: vi.fn(),
    denied: vi.fn(),
    synced: vi.fn(),
    live: vi.fn(),
    disconnected: vi.fn(),
    acknowledged: vi.fn(),
    unwanted: vi.fn(),
    refused: vi.fn(),
  };
  const presence = new Presence(doc, awareness);
  connection = new DocumentConnection({ socket, documentId: SONG, doc, awareness, presence, ledger, listener });
  doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== connection) connection.share(update, ledger.changed(Symbol(), 0));
  });
  connection.attach();
  socket.start();
  await vi.waitFor(() => expect(FakeWebSocket.all).toHaveLength(1));
  FakeWebSocket.last.open();
  await Promise.resolve();
});

afterEach(() => {
  connection.destroy();
  socket.destroy();
});

/** A frame of the studio about the document. */
function say(type: number, write?: (encoder: Encoder) => void): void {
  FakeWebSocket.last.say(...frameAbout(connection.effectiveName, type, write));
}

const authenticate = (scope = "read-write") =>
  say(2, (encoder) => {
    writeVarUint(encoder, 2);
    writeVarString(encoder, scope);
  });
const sync = (step: 0 | 1 | 2, body: Uint8Array) =>
  say(0, (encoder) => {
    writeVarUint(encoder, step);
    writeVarUint8Array(encoder, body);
  });
const greet = () => {
  sync(1, new Uint8Array([0, 0]));
  sync(0, new Uint8Array([0]));
};
const status = (isApplied: 0 | 1) => say(8, (encoder) => writeVarUint(encoder, isApplied));
const refuse = (path: string, reason: string) => {
  status(0);
  say(5, (encoder) => writeVarString(encoder, JSON.stringify({ type: "refused", path, reason })));
  say(7, (encoder) => writeVarString(encoder, reason));
};

/** What was sent about the document, as type and, for sync, step. */
function sent(): number[][] {
  const skip = 1 + connection.effectiveName.length;
  return FakeWebSocket.last.sent.map((frame) => [...frame.slice(skip, skip + (frame[skip] === 0 ? 2 : 1))]);
}

const words = () => doc.getText("producer_notes").toJSON();

/** What somebody else wrote, as a change. */
function byOthers(text: string): Uint8Array {
  const theirs = new Y.Doc();
  theirs.getText("producer_notes").insert(0, text);
  return Y.encodeStateAsUpdate(theirs);
}

const type = (text: string) => doc.getText("producer_notes").insert(0, text);

describe("a document's connection", () => {
  it("sends no change before everything was sent, and each at once afterwards", () => {
    type("early");
    authenticate();
    expect(sent().filter(([kind, step]) => kind === 0 && step !== 0)).toEqual([]);
    greet();
    expect(sent().at(-1)).toEqual([0, 1]);
    type("live");
    expect(sent().at(-1)).toEqual([0, 2]);
    expect(ledger.unsaved).toBe(2);
    status(1);
    status(1);
    expect(ledger.unsaved).toBe(0);
    expect(listener.acknowledged).toHaveBeenCalledTimes(2);
  });

  it("calls nothing saved that a dead socket carried", async () => {
    authenticate();
    greet();
    status(1);
    type("lost");
    FakeWebSocket.last.end();
    expect(listener.disconnected).toHaveBeenCalled();
    await vi.waitFor(() => expect(FakeWebSocket.all).toHaveLength(2));
    FakeWebSocket.last.open();
    await Promise.resolve();
    authenticate();
    expect(connection.isLive).toBe(false);
    greet();
    expect([ledger.unsaved, connection.isLive]).toEqual([1, true]);
    status(1);
    expect(ledger.unsaved).toBe(0);
  });

  it("tells of a refusal once its reason and the end have come, and sends nothing more", () => {
    authenticate();
    greet();
    type("wrong");
    refuse("/bpm", "must be a whole number");
    expect(listener.refused).toHaveBeenCalledExactlyOnceWith("/bpm", "must be a whole number");
    const count = FakeWebSocket.last.sent.length;
    type("more");
    expect(FakeWebSocket.last.sent).toHaveLength(count);
    expect(listener.unwanted).not.toHaveBeenCalled();
  });

  it("tells a reader that what they wrote is not wanted", () => {
    authenticate("readonly");
    greet();
    status(0);
    expect(listener.unwanted).toHaveBeenCalledOnce();
    expect(listener.refused).not.toHaveBeenCalled();
  });

  it("takes a socket closed over what it carried for a refusal, or it would send the same for ever", () => {
    authenticate();
    greet();
    FakeWebSocket.last.end(4413);
    expect(listener.refused).toHaveBeenCalledOnce();
  });

  it("blames nobody for a socket that closed with nothing under way, or for another reason", () => {
    authenticate();
    greet();
    FakeWebSocket.last.end(1013);
    expect(listener.refused).not.toHaveBeenCalled();
  });

  it("leaves when it is denied, and comes back when it is told to", () => {
    say(2, (encoder) => {
      writeVarUint(encoder, 1);
      writeVarString(encoder, "Sign in.");
    });
    expect(listener.denied).toHaveBeenCalledOnce();
    expect(sent().at(-1)).toEqual([7]);
    const count = FakeWebSocket.last.sent.length;
    type("kept");
    connection.awareness?.setLocalState({ field: "/title" });
    expect(FakeWebSocket.last.sent).toHaveLength(count);
    connection.reopen();
    expect(connection.isAttached).toBe(true);
  });

  it("holds everything back until it is let go", () => {
    connection.holdBack();
    authenticate();
    greet();
    type("not yet kept");
    expect(sent().filter(([kind, step]) => kind === 0 && step !== 0)).toEqual([]);
    connection.letGo();
    expect(sent().at(-1)).toEqual([0, 0]);
    greet();
    expect(sent().at(-1)).toEqual([0, 1]);
    status(1);
    expect(ledger.unsaved).toBe(0);
  });

  it("lets others' changes wait while somebody composes, and nothing else", async () => {
    authenticate();
    greet();
    status(1);
    composition.begin();
    sync(2, byOthers("theirs"));
    expect(words()).toBe("");
    type("mine");
    expect(sent().at(-1)).toEqual([0, 2]);
    status(1);
    expect(ledger.unsaved).toBe(0);
    composition.end();
    await vi.waitFor(() => expect(words()).toContain("theirs"));
  });

  it("forgets what waited when the socket dies: the next one brings it again", async () => {
    authenticate();
    composition.begin();
    sync(1, byOthers("theirs"));
    FakeWebSocket.last.end();
    composition.end();
    await new Promise((resolve) => composition.after(() => resolve(null)));
    expect([words(), listener.synced.mock.calls.length]).toEqual(["", 0]);
  });

  it("announces itself under a newer clock on every new socket", async () => {
    const clock = () => connection.awareness?.meta.get(doc.clientID)?.clock ?? -1;
    authenticate();
    const first = clock();
    FakeWebSocket.last.end();
    await vi.waitFor(() => expect(FakeWebSocket.all).toHaveLength(2));
    FakeWebSocket.last.open();
    await Promise.resolve();
    authenticate();
    expect(clock()).toBeGreaterThan(first);
    expect(sent()).toContainEqual([1]);
  });
});
