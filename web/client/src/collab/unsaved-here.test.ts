// Leaving a tab that holds the only copy of something is warned of, and nothing else is.
import { beforeEach, expect, test } from "vitest";
import type { SessionState } from "./session-state";
import { tellTabs } from "./tabs";
import { unsavedHere, unsavedOnlyHere, watchUnsaved } from "./unsaved-here";

type Shown = Pick<SessionState, "phase" | "unsaved" | "keptLocally" | "drafts">;

class FakeSession {
  #listeners = new Set<() => void>();
  #state: Shown = { phase: "ready", unsaved: 0, keptLocally: true, drafts: [] };

  getState() {
    return this.#state;
  }

  subscribe(listener: () => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  show(change: Partial<Shown>) {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}

function isWarned(): boolean {
  return !dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

beforeEach(() => tellTabs({ type: "signed-in", personId: "me" }));

test("only what nothing else keeps is warned of, until it is saved", () => {
  const session = new FakeSession();
  watchUnsaved(session);
  expect(isWarned()).toBe(false);
  session.show({ unsaved: 2 });
  expect([isWarned(), unsavedHere(), unsavedOnlyHere()]).toEqual([false, 2, 0]);
  session.show({ keptLocally: false });
  expect([isWarned(), unsavedHere(), unsavedOnlyHere()]).toEqual([true, 2, 2]);
  session.show({ unsaved: 0 });
  expect([isWarned(), unsavedHere()]).toEqual([false, 0]);
  session.show({ phase: "closed" });
});

test("what is typed in a field and not shared is warned of where nothing is kept", () => {
  const session = new FakeSession();
  watchUnsaved(session);
  session.show({ drafts: [{ place: "/title", isSound: true }] });
  expect([isWarned(), unsavedHere()]).toEqual([false, 1]);
  session.show({ keptLocally: false });
  expect(isWarned()).toBe(true);
  session.show({ drafts: [] });
  expect(isWarned()).toBe(false);
  session.show({ phase: "closed" });
});

test("the edits of all documents count; a closed one is over", () => {
  const [one, other] = [new FakeSession(), new FakeSession()];
  watchUnsaved(one);
  watchUnsaved(other);
  one.show({ unsaved: 1, keptLocally: false });
  other.show({ unsaved: 3, keptLocally: false });
  expect(unsavedOnlyHere()).toBe(4);
  one.show({ phase: "closed" });
  expect([isWarned(), unsavedOnlyHere()]).toEqual([true, 3]);
  other.show({ phase: "closed" });
  expect([isWarned(), unsavedOnlyHere()]).toEqual([false, 0]);
});

test("whoever signed out gave it up, and is not asked again", () => {
  const session = new FakeSession();
  watchUnsaved(session);
  session.show({ unsaved: 1, keptLocally: false });
  expect(isWarned()).toBe(true);
  tellTabs({ type: "signed-out" });
  expect(isWarned()).toBe(false);
  tellTabs({ type: "signed-in", personId: "me" });
  expect(isWarned()).toBe(true);
  session.show({ phase: "closed" });
});
