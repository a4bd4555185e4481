// A session writes nothing back after signing out, asks once at a time, and keeps what it gives back.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { closeDatabase, openDatabase, resultOf, STORES, UPDATES } from "./database";
import { DocumentSession } from "./document-session";
import { clearLocalStores, draftsOf } from "./drafts";
import { FakeLocks, FakeWebSocket, leaveBehind } from "./fakes";
import { rememberedPerson, rememberPerson } from "./identity";
import { askForPlace, type Answer, type Place } from "./place";
import { setField, valueAt } from "./values";

vi.mock("../api/log-events", () => ({
  listenToLog: (listener: { onEvent: () => void; onGap: () => void }) => {
    logListeners.add(listener);
    return () => logListeners.delete(listener);
  },
}));
vi.mock("./place", () => ({ askForPlace: vi.fn(), askForRole: () => Promise.resolve("editor") }));

const PLACE: Place = { type: "place", clientId: 7, personId: "ada", name: "Ada", role: "editor" };
const sessions: DocumentSession[] = [];
/** Who listens to the log for `document.restored`. */
const logListeners = vi.hoisted(() => new Set<{ onEvent: () => void; onGap: () => void }>());

function newSession(): DocumentSession {
  const session = new DocumentSession("song", "song");
  sessions.push(session);
  return session;
}

/** The studio takes its time: answers when told to. */
function slowStudio(): (answer: Answer) => void {
  let tell: (answer: Answer) => void = () => undefined;
  vi.mocked(askForPlace).mockReturnValue(new Promise((resolve) => (tell = resolve)));
  return (answer) => tell(answer);
}

/** Somebody wrote here before: what this browser keeps opens the document. */
const leaveSomething = (clientId?: number) =>
  leaveBehind({ personId: "ada", documentId: "song", kind: "song" }, clientId === undefined ? {} : { clientId });

async function count(name: string): Promise<number> {
  return resultOf((await openDatabase()).transaction([name]).objectStore(name).count());
}

beforeEach(() => {
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
  vi.stubGlobal("WebSocket", FakeWebSocket);
  vi.mocked(askForPlace).mockReset().mockResolvedValue(PLACE);
  rememberPerson("ada");
});

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  await clearLocalStores();
  await closeDatabase();
  vi.unstubAllGlobals();
});

test("signing out while a document opens leaves nothing of it here, and nobody remembered", async () => {
  await leaveSomething();
  const answer = slowStudio();
  const session = newSession();
  const opening = session.open();
  await clearLocalStores();
  answer(PLACE);
  await opening;
  expect(session.getState().phase).toBe("signed-out");
  expect(rememberedPerson()).toBeNull();
  expect([await count(STORES), await count(UPDATES)]).toEqual([0, 0]);
});

test("a document is asked for once at a time", async () => {
  const answer = slowStudio();
  const session = newSession();
  const opening = session.open();
  await session.retry();
  expect(askForPlace).toHaveBeenCalledTimes(1);
  answer({ type: "missing" });
  await opening;
  expect(session.getState().phase).toBe("missing");
});

test("who signs in again while it is still asked for somebody else finds the document", async () => {
  const answer = slowStudio();
  const session = newSession();
  const opening = session.open();
  await clearLocalStores();
  vi.mocked(askForPlace).mockResolvedValue({ type: "trashed" });
  const { tellTabs } = await import("./tabs");
  tellTabs({ type: "signed-in", personId: "ben" });
  answer(PLACE);
  await opening;
  expect(session.getState().phase).toBe("trashed");
});

test("what is given back survives a reload, and what was discarded can be put back", async () => {
  const first = newSession();
  await first.open();
  first.giveBack(["title"], "Old", "Typed", "You may read here.");
  expect(first.getState().refusals).toMatchObject([
    { path: "/title", reason: "You may read here.", changes: [{ path: "/title", before: "Old", mine: "Typed" }] },
  ]);
  await vi.waitFor(async () => expect(await draftsOf({ personId: "ada", documentId: "song" })).toHaveLength(1));
  await first.close();
  const second = newSession();
  await second.open();
  const [refusal] = second.getState().refusals;
  expect(refusal?.changes[0]?.mine).toBe("Typed");
  if (!refusal) throw new Error("nothing was kept");
  second.takeBack(refusal.id);
  await vi.waitFor(async () => expect(await draftsOf({ personId: "ada", documentId: "song" })).toEqual([]));
  second.putBack(refusal);
  expect(second.getState().refusals).toEqual([refusal]);
  await vi.waitFor(async () => expect(await draftsOf({ personId: "ada", documentId: "song" })).toHaveLength(1));
});

test("nobody undoes anything in a document they may not write", async () => {
  await leaveSomething();
  const session = newSession();
  await session.open();
  setField(session, ["title"], "New");
  session.undoMine();
  expect(valueAt(session.doc, ["title"])).toBe("Old");
  session.redoMine();
  expect(valueAt(session.doc, ["title"])).toBe("New");
  vi.mocked(askForPlace).mockResolvedValue({ type: "trashed" });
  await session.retry();
  session.undoMine();
  expect(valueAt(session.doc, ["title"])).toBe("New");
});

test.each(["onEvent", "onGap"] as const)("a document restored by anybody goes on by itself (%s)", async (hear) => {
  await leaveSomething();
  const session = newSession();
  await session.open();
  vi.mocked(askForPlace).mockResolvedValue({ type: "trashed" });
  await session.retry();
  expect(session.getState()).toMatchObject({ phase: "trashed", mayWrite: false });
  vi.mocked(askForPlace).mockResolvedValue(PLACE);
  for (const listener of logListeners) listener[hear]();
  await vi.waitFor(() => expect(session.getState()).toMatchObject({ phase: "ready", mayWrite: true }));
  const asked = vi.mocked(askForPlace).mock.calls.length;
  for (const listener of logListeners) listener[hear]();
  expect(askForPlace).toHaveBeenCalledTimes(asked);
});

test("a document restored while it is asked for is asked for once more, opened from the trash or not", async () => {
  const answer = slowStudio();
  const session = newSession();
  const opening = session.open();
  for (const listener of logListeners) listener.onEvent();
  vi.mocked(askForPlace).mockResolvedValue(PLACE);
  answer({ type: "trashed" });
  await opening;
  expect(session.getState().phase).not.toBe("trashed");
  await session.close();
  expect(logListeners.size).toBe(0);
});

test("P6: edits are made under the client id the studio issued, also where it is one of what was kept here", async () => {
  await leaveSomething(PLACE.clientId);
  const session = newSession();
  await session.open();
  expect(valueAt(session.doc, ["title"])).toBe("Old");
  // Yjs gives up an id that it finds in what it loads: taken before that, it would be another one by now.
  expect(session.doc.clientID).toBe(PLACE.clientId);
  setField(session, ["title"], "New");
  expect(Y.getState(session.doc.store, PLACE.clientId)).toBe(2);
});

test("P6: opened while the studio is away, a document keeps a random client id, also once it is there again", async () => {
  await leaveSomething();
  vi.mocked(askForPlace).mockResolvedValue({ type: "unreachable" });
  const [one, two] = [newSession(), newSession()];
  await one.open();
  const first = one.doc.clientID;
  await one.close();
  await two.open();
  const second = two.doc.clientID;
  expect([PLACE.clientId, first]).not.toContain(second);
  setField(two, ["title"], "New");
  vi.mocked(askForPlace).mockResolvedValue(PLACE);
  await two.retry();
  expect(two.getState().phase).toBe("ready");
  expect(two.doc.clientID).toBe(second);
});
