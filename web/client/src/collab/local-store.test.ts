// What this browser keeps: every change, also of tabs that are gone, and nothing of anybody else.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { closeDatabase, DRAFTS, openDatabase, resultOf, STORES, UPDATES, type StoreRecord } from "./database";
import { clearLocalStores, draftsOf, removeDraft, unsavedAnywhere } from "./drafts";
import { rememberedPerson, rememberPerson } from "./identity";
import { leftBehind, LocalStore, noteOpenStores, removeOldStores, type Whose } from "./local-store";
import { FakeLocks } from "./fakes";

const ADA: Whose = { personId: "ada", documentId: "song", kind: "song" };

/** A tab with the document open: its own doc and store, its unsaved count in its own hands. */
class FakeTab {
  static readonly all: FakeTab[] = [];
  readonly doc = new Y.Doc();
  unsaved = 0;
  readonly store: LocalStore;
  readonly onKept = vi.fn();

  constructor(whose = ADA) {
    FakeTab.all.push(this);
    this.store = new LocalStore(whose, this.doc, () => ({ unsaved: this.unsaved, role: "editor" }), this.onKept);
    this.doc.on("update", (update: Uint8Array, origin: unknown) => origin === null && this.store.append(update));
  }

  type(text: string): void {
    this.unsaved += 1;
    this.doc.getText("t").insert(this.doc.getText("t").length, text);
  }

  get text(): string {
    return this.doc.getText("t").toJSON();
  }
}

async function rows(name: string): Promise<unknown[]> {
  const database = await openDatabase();
  return resultOf(database.transaction([name]).objectStore(name).getAll());
}

let locks: FakeLocks;

beforeEach(() => {
  locks = new FakeLocks();
  vi.stubGlobal("navigator", { locks });
});

afterEach(async () => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  for (const tab of FakeTab.all.splice(0)) tab.store.abandon();
  await clearLocalStores();
  await closeDatabase();
});

describe("a local store", () => {
  it("gives a tab that died without a word to the next one, with its unsaved edits", async () => {
    const first = new FakeTab();
    expect(await first.store.open()).toEqual({ unsaved: 0, role: null, isKnown: false });
    first.type("hello ");
    first.type("world");
    await vi.waitFor(async () => expect(await rows(UPDATES)).toHaveLength(2));
    locks.releaseAll();
    const second = new FakeTab();
    expect(await second.store.open()).toEqual({ unsaved: 2, role: "editor", isKnown: true });
    expect(second.text).toBe("hello world");
    expect(await rows(STORES)).toHaveLength(1);
    expect(await rows(UPDATES)).toHaveLength(1);
  });

  it("takes over a store of one update byte for byte, and several with all they hold", async () => {
    const first = new FakeTab();
    await first.store.open();
    first.type("hello");
    await vi.waitFor(async () => expect(await rows(UPDATES)).toHaveLength(1));
    const [kept] = await rows(UPDATES);
    locks.releaseAll();
    const second = new FakeTab();
    await second.store.open();
    expect(await rows(UPDATES)).toEqual([kept]);
    second.type(" world");
    await vi.waitFor(async () => expect(await rows(UPDATES)).toHaveLength(2));
    const third = new FakeTab();
    await third.store.open();
    third.type("!");
    await vi.waitFor(async () => expect(await rows(UPDATES)).toHaveLength(3));
    locks.releaseAll();
    const last = new FakeTab();
    await last.store.open();
    const again = new Y.Doc();
    for (const update of await rows(UPDATES)) Y.applyUpdate(again, update as Uint8Array);
    expect(again.getText("t").toJSON()).toHaveLength("hello world!".length);
  });

  it("leaves the stores of living tabs alone", async () => {
    const first = new FakeTab();
    await first.store.open();
    first.type("mine");
    await vi.waitFor(async () => expect(await rows(UPDATES)).toHaveLength(1));
    const second = new FakeTab();
    expect((await second.store.open()).isKnown).toBe(false);
    expect(second.text).toBe("");
    first.type(" still");
    await vi.waitFor(async () => expect(await rows(UPDATES)).toHaveLength(2));
  });

  it("shows nobody what another person wrote, nor another document", async () => {
    const first = new FakeTab();
    await first.store.open();
    first.type("secret");
    await first.store.close();
    for (const whose of [
      { ...ADA, personId: "ben" },
      { ...ADA, documentId: "other" },
    ]) {
      const other = new FakeTab(whose);
      expect((await other.store.open()).isKnown).toBe(false);
    }
    expect(await rows(UPDATES)).toHaveLength(1);
  });

  it("adopts several tabs at once and adds up what is unsaved", async () => {
    for (const text of ["one", "two", "three"]) {
      const tab = new FakeTab();
      await tab.store.openEmpty();
      tab.type(text);
      await vi.waitFor(async () => expect(JSON.stringify(await rows(STORES))).toContain('"unsaved":1'));
      tab.store.abandon();
    }
    await vi.waitFor(async () => expect(await rows(STORES)).toHaveLength(3));
    expect(await unsavedAnywhere()).toBe(3);
    const last = new FakeTab();
    expect((await last.store.open()).unsaved).toBe(3);
    expect(last.text).toHaveLength("onetwothree".length);
    expect(await rows(STORES)).toHaveLength(1);
  });

  it("writes itself anew when it has many updates, without losing one", async () => {
    const tab = new FakeTab();
    await tab.store.open();
    for (let index = 0; index < 450; index++) {
      tab.type("x");
      // Each in a task of its own, as keystrokes are.
      await new Promise((resolve) => setTimeout(resolve));
    }
    await vi.waitFor(async () => expect((await rows(UPDATES)).length).toBeLessThan(201));
    await tab.store.close();
    const next = new FakeTab();
    await next.store.open();
    expect(next.text).toHaveLength(450);
  });

  it("notes what is acknowledged, and forgets old stores only when nothing in them is unsaved", async () => {
    const tab = new FakeTab();
    await tab.store.open();
    tab.type("x");
    await vi.waitFor(async () => expect(await rows(UPDATES)).toHaveLength(1));
    const later = Date.now() + 40 * 24 * 3_600_000;
    await removeOldStores(later);
    expect(await rows(STORES)).toHaveLength(1);
    tab.unsaved = 0;
    await noteOpenStores();
    expect(((await rows(STORES)) as StoreRecord[])[0]?.unsaved).toBe(0);
    await removeOldStores();
    expect(await rows(STORES)).toHaveLength(1);
    await removeOldStores(later);
    expect([await rows(STORES), await rows(UPDATES)]).toEqual([[], []]);
  });

  it("names the documents in which tabs that are gone left something unsaved", async () => {
    const [closed, alive, saved] = [new FakeTab(), new FakeTab({ ...ADA, documentId: "alive" }), new FakeTab()];
    for (const tab of [closed, alive, saved]) {
      await tab.store.openEmpty();
      tab.type("x");
    }
    saved.unsaved = 0;
    await closed.store.close();
    await saved.store.close();
    await vi.waitFor(async () => expect(await rows(STORES)).toHaveLength(3));
    expect(await leftBehind("ada")).toEqual([{ documentId: "song", kind: "song" }]);
    expect(await leftBehind("ben")).toEqual([]);
  });

  it("keeps nothing of a document that never opened", async () => {
    const tab = new FakeTab();
    await tab.store.open();
    await tab.store.close();
    expect(await rows(STORES)).toEqual([]);
  });

  it("is replaced together with the draft of what was refused", async () => {
    const [old, fresh] = [new FakeTab(), new FakeTab()];
    await old.store.open();
    old.type("refused words");
    await vi.waitFor(async () => expect(await rows(UPDATES)).toHaveLength(1));
    await fresh.store.openEmpty();
    fresh.doc.getText("t").insert(0, "taken words");
    const draft = { id: "d", personId: "ada", documentId: "song", path: "/bpm", reason: "no", atMs: 1, changes: [] };
    await fresh.store.replace(old.store, [draft]);
    old.type("too late");
    locks.releaseAll();
    const next = new FakeTab();
    await next.store.open();
    expect(next.text).toBe("taken words");
    expect(await draftsOf(ADA)).toEqual([draft]);
    expect(await draftsOf({ ...ADA, personId: "ben" })).toEqual([]);
    await removeDraft("d");
    expect(await rows(DRAFTS)).toEqual([]);
  });

  it("says so when the browser keeps nothing, and works on", async () => {
    vi.stubGlobal("indexedDB", undefined);
    await closeDatabase();
    const tab = new FakeTab();
    expect((await tab.store.open()).isKnown).toBe(false);
    tab.type("words");
    expect(tab.store.isKept).toBe(false);
    expect(tab.onKept).toHaveBeenCalled();
    expect(await unsavedAnywhere()).toBe(0);
  });

  it("says so when the disk is full, and keeps everything once there is room again", async () => {
    const tab = new FakeTab();
    await tab.store.open();
    const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    tab.type("one ");
    await vi.waitFor(() => expect(tab.store.isKept).toBe(false));
    put.mockRestore();
    tab.type("two");
    await vi.waitFor(() => expect(tab.store.isKept).toBe(true));
    locks.releaseAll();
    const next = new FakeTab();
    await next.store.open();
    expect(next.text).toBe("one two");
  });

  it("shows what a tab that is gone has left although the disk is full, and leaves it where it is", async () => {
    const first = new FakeTab();
    await first.store.open();
    first.type("hello ");
    await vi.waitFor(async () => expect(await rows(UPDATES)).toHaveLength(1));
    locks.releaseAll();
    const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    const next = new FakeTab();
    expect(await next.store.open()).toEqual({ unsaved: 1, role: "editor", isKnown: true });
    expect(next.text).toBe("hello ");
    await vi.waitFor(() => expect(next.store.isKept).toBe(false));
    expect(await rows(UPDATES)).toHaveLength(1);
    put.mockRestore();
    next.type("world");
    await vi.waitFor(() => expect(next.store.isKept).toBe(true));
    locks.releaseAll();
    const last = new FakeTab();
    await last.store.open();
    expect(last.text).toBe("hello world");
  });

  it("leaves nothing behind when somebody signs out", async () => {
    rememberPerson("ada");
    const tab = new FakeTab();
    await tab.store.open();
    tab.type("words");
    await vi.waitFor(async () => expect(await unsavedAnywhere()).toBe(1));
    await clearLocalStores();
    expect([await rows(STORES), await rows(UPDATES), await rows(DRAFTS)]).toEqual([[], [], []]);
    expect(rememberedPerson()).toBeNull();
  });

  it("writes nothing back when somebody signs out while the database opens again", async () => {
    const tab = new FakeTab();
    await tab.store.open();
    const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    tab.type("one ");
    await vi.waitFor(() => expect(tab.store.isKept).toBe(false));
    put.mockRestore();
    await closeDatabase();
    const begin = vi.spyOn(IDBDatabase.prototype, "transaction");
    tab.type("two");
    // The database is being opened again by now.
    await Promise.resolve();
    tab.store.abandon();
    await openDatabase();
    await Promise.resolve();
    expect(begin).not.toHaveBeenCalled();
    expect([await rows(STORES), await rows(UPDATES)]).toEqual([[], []]);
  });

  it("writes nothing back when somebody signs out while another tab's store is adopted", async () => {
    const first = new FakeTab();
    await first.store.open();
    first.type("private");
    await vi.waitFor(async () => expect(await rows(UPDATES)).toHaveLength(1));
    locks.releaseAll();
    const next = new FakeTab();
    const opening = next.store.open();
    next.store.abandon();
    await clearLocalStores();
    await opening;
    expect([await rows(STORES), await rows(UPDATES)]).toEqual([[], []]);
  });

  it("adopts by age where there are no locks", async () => {
    vi.stubGlobal("navigator", {});
    const first = new FakeTab();
    await first.store.open();
    first.type("words");
    await vi.waitFor(async () => expect(await rows(UPDATES)).toHaveLength(1));
    const early = new FakeTab();
    expect((await early.store.open()).isKnown).toBe(false);
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 130_000);
    const late = new FakeTab();
    expect((await late.store.open()).isKnown).toBe(true);
    // The first tab was alive after all: what it writes on is not lost.
    first.type(" and more");
    await vi.waitFor(async () => expect(await rows(STORES)).toHaveLength(2));
  });
});
