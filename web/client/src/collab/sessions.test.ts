// Documents of one tab: they share a socket, linger for the page that comes next, and send what was left behind.
import { createDecoder, readVarString } from "lib0/decoding";
import { writeVarString, writeVarUint, writeVarUint8Array } from "lib0/encoding";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { closeDatabase } from "./database";
import type { DocumentSession } from "./document-session";
import { clearLocalStores } from "./drafts";
import { FakeLocks, FakeWebSocket, frameAbout, leaveBehind } from "./fakes";
import { rememberPerson } from "./identity";
import { askForPlace } from "./place";
import { holdSession, openAhead, sendLeftBehind, sessionOf } from "./sessions";
import type { Kind } from "./shape";
import { tabSocket } from "./tab-socket";

vi.mock("../api/log-events", () => ({ listenToLog: () => () => undefined }));
vi.mock("./place", () => ({ askForPlace: vi.fn(), askForRole: () => Promise.resolve("editor") }));

/** Milliseconds a document lingers, and between two looks whether one with unsaved edits may be left. */
const [LINGER_MS, LOOK_MS] = [5_000, 2_000];

/** Turns of the machine within which a document opens. */
const ROUNDS_MAX = 1_000;

const held = new Map<string, DocumentSession>();

beforeEach(() => {
  // The database of the browser keeps its own time.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
  vi.stubGlobal("WebSocket", FakeWebSocket);
  FakeWebSocket.all.length = 0;
  vi.mocked(askForPlace)
    .mockReset()
    .mockResolvedValue({ type: "place", clientId: 7, personId: "ada", name: "Ada", role: "editor" });
  rememberPerson("ada");
});

afterEach(async () => {
  await Promise.all([...held.values()].map((session) => session.close()));
  held.clear();
  await clearLocalStores();
  await closeDatabase();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The session of a document, closed after the test. */
function known(id: string, kind: Kind = "song"): DocumentSession {
  const session = sessionOf(id, kind);
  held.set(id, session);
  return session;
}

/** A page shows a document. Resolves, once it is opened, to how to leave it. */
async function show(id: string, kind?: Kind): Promise<() => void> {
  const leave = holdSession(known(id, kind));
  await opened(id);
  return leave;
}

/** Resolves once a document has signed in on the tab's socket. The clock of the page stands still meanwhile. */
async function opened(id: string): Promise<void> {
  for (let round = 0; !signedIn().includes(id); round++) {
    if (round > ROUNDS_MAX) throw new Error(`${id} has not signed in`);
    await new Promise(setImmediate);
    const socket = FakeWebSocket.all.at(-1);
    if (socket?.readyState === 0) socket.open();
  }
}

/** The documents that have said something on the socket. */
function signedIn(): string[] {
  const sent = FakeWebSocket.all.at(-1)?.sent ?? [];
  return [...new Set(sent.map((frame) => nameOf(frame).split("\0")[0]!))];
}

const nameOf = (frame: Uint8Array) => readVarString(createDecoder(frame));
const passed = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const isClosed = (id: string) => held.get(id)?.getState().phase === "closed";
const openSockets = () => FakeWebSocket.all.filter(({ readyState }) => readyState < 2).length;

/** The studio takes in all that a document has to say. */
function takeIn(id: string): void {
  const socket = FakeWebSocket.last;
  const name = socket.sent.map(nameOf).find((one) => one.split("\0")[0] === id)!;
  const authenticated = frameAbout(name, 2, (encoder) => {
    writeVarUint(encoder, 2);
    writeVarString(encoder, "read-write");
  });
  const [asking, answering] = [new Uint8Array([0]), new Uint8Array([0, 0])].map((body, step) =>
    frameAbout(name, 0, (encoder) => {
      writeVarUint(encoder, step);
      writeVarUint8Array(encoder, body);
    }),
  );
  const saved = frameAbout(name, 8, (encoder) => writeVarUint(encoder, 1));
  for (const frame of [authenticated, asking!, answering!, saved]) socket.say(...frame);
}

test("documents opened one after the other within the linger share one socket, which closes after the last", async () => {
  const leaveSong = await show("song");
  leaveSong();
  await passed(LINGER_MS - 1);
  expect(isClosed("song")).toBe(false);
  const leaveWorld = await show("world", "world");
  expect(signedIn()).toEqual(["song", "world"]);
  await passed(1);
  expect([isClosed("song"), isClosed("world")]).toEqual([true, false]);
  expect(openSockets()).toBe(1);
  leaveWorld();
  await passed(LINGER_MS - 1);
  expect(openSockets()).toBe(1);
  await passed(1);
  expect(isClosed("world")).toBe(true);
  expect(openSockets()).toBe(0);
  await passed(60_000);
  expect(FakeWebSocket.all).toHaveLength(1);
});

test("a page that comes back within the linger finds the document as it was; after it, a new one", async () => {
  const leave = await show("song");
  leave();
  await passed(LINGER_MS - 1);
  const first = held.get("song");
  const leaveAgain = await show("song");
  expect(held.get("song")).toBe(first);
  await passed(2 * LINGER_MS);
  expect(isClosed("song")).toBe(false);
  leaveAgain();
  await passed(LINGER_MS);
  expect(isClosed("song")).toBe(true);
  expect(known("song")).not.toBe(first);
  expect(askForPlace).toHaveBeenCalledTimes(1);
});

test("of two pages that show one document, the last one that goes leaves it", async () => {
  const [leaveOne, leaveTwo] = [await show("song"), await show("song")];
  expect(askForPlace).toHaveBeenCalledTimes(1);
  leaveOne();
  await passed(LINGER_MS);
  expect(isClosed("song")).toBe(false);
  leaveTwo();
  await passed(LINGER_MS);
  expect(isClosed("song")).toBe(true);
});

test("a document opened ahead is asked for once, and left when no page came to show it", async () => {
  for (const id of ["shown", "not-shown"]) openAhead(id, "song");
  await opened("shown");
  await opened("not-shown");
  known("not-shown");
  const leave = await show("shown");
  expect(vi.mocked(askForPlace).mock.calls.map(([id]) => id)).toEqual(["shown", "not-shown"]);
  await passed(LINGER_MS);
  expect([isClosed("shown"), isClosed("not-shown")]).toEqual([false, true]);
  leave();
});

test("what this person left behind is sent, and each document is left once all of it is saved", async () => {
  const ada = { personId: "ada", kind: "song" } as const;
  await leaveBehind({ ...ada, documentId: "unsaved" });
  await leaveBehind({ ...ada, documentId: "saved" }, { unsaved: 0 });
  await leaveBehind({ ...ada, personId: "ben", documentId: "bens" });
  await sendLeftBehind();
  await opened("unsaved");
  known("unsaved");
  expect(vi.mocked(askForPlace).mock.calls).toEqual([["unsaved", "song"]]);
  await passed(LINGER_MS + 5 * LOOK_MS);
  expect([isClosed("unsaved"), openSockets()]).toEqual([false, 1]);
  takeIn("unsaved");
  expect(held.get("unsaved")?.getState().unsaved).toBe(0);
  await passed(LOOK_MS);
  expect([isClosed("unsaved"), openSockets()]).toEqual([true, 0]);
});

test("of very much that was left behind, a part is sent at once", async () => {
  for (let count = 0; count < 21; count++)
    await leaveBehind({ personId: "ada", kind: "song", documentId: `song-${count}` });
  await sendLeftBehind();
  const asked = vi.mocked(askForPlace).mock.calls.map(([id]) => id);
  expect(asked).toHaveLength(20);
  for (const id of asked) known(id);
});

test("a socket speaks for one person: the next one's is another, and theirs is gone", async () => {
  await show("song");
  const [adas] = FakeWebSocket.all;
  expect(adas?.url).toContain("/collab?person=ada");
  const socket = tabSocket("ada");
  expect(tabSocket("ada")).toBe(socket);
  const bens = tabSocket("ben");
  expect(bens).not.toBe(socket);
  expect(bens.configuration.url).toContain("/collab?person=ben");
  expect(openSockets()).toBe(0);
});
