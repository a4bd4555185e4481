// The Saved chip never says more than is true.
import { expect, test } from "vitest";
import { FIRST_STATE, type SessionState } from "../../collab/session-state";
import { savedStateOf as stateOf } from "./saved-state";

const READY: SessionState = {
  ...FIRST_STATE,
  phase: "ready",
  connection: "online",
  mayWrite: true,
  readOnlyReason: null,
  role: "editor",
};
const savedStateOf = (state: SessionState) => stateOf(state, (place) => (place === "/title" ? "Title" : place));
const typed = { place: "/title", isSound: true };
const refusal = { id: "1", path: "/bpm", reason: "must be less", at: new Date(0), changes: [] };

test.each([
  [{}, "saved", "Saved"],
  [{ unsaved: 1 }, "saving", "Saving…"],
  [{ connection: "offline" }, "offline", "Offline"],
  [{ connection: "offline", unsaved: 5 }, "offline", "Offline, 5 edits kept here"],
  [{ connection: "offline", unsaved: 1 }, "offline", "Offline, 1 edit kept here"],
  [{ connection: "offline", unsaved: 2, keptLocally: false }, "offline", "Offline, 2 edits only in this tab"],
  [{ connection: "connecting", unsaved: 2 }, "offline", "Connecting, 2 edits kept here"],
  [{ connection: "connecting" }, "waiting", "Connecting…"],
  [{ phase: "loading" }, "opening", "Opening…"],
  [{ mayWrite: false, readOnlyReason: "You may read." }, "read-only", "Read only"],
  [{ mayWrite: false, unsaved: 1 }, "saving", "Saving…"],
  [{ unsaved: 2, isSlow: true }, "slow", "Not saved yet, 2 edits kept here"],
  [{ unsaved: 1, isSlow: true, keptLocally: false }, "slow", "Not saved yet, 1 edit only in this tab"],
  [{ isSlow: true }, "saved", "Saved"],
  [{ mayWrite: false, unsaved: 3, connection: "offline" }, "offline", "Offline, 3 edits kept here"],
  [
    { phase: "signed-out", mayWrite: false, connection: "offline", unsaved: 2 },
    "offline",
    "Signed out, 2 edits kept here",
  ],
  [{ phase: "signed-out", mayWrite: false, connection: "offline" }, "read-only", "Read only"],
  [
    { phase: "trashed", mayWrite: false, connection: "connecting", unsaved: 1 },
    "offline",
    "In the trash, 1 edit kept here",
  ],
  [{ phase: "missing", mayWrite: false, connection: "connecting", unsaved: 1 }, "unfit", "Not saved"],
  [{ drafts: [typed] }, "typing", "Not saved yet"],
  [{ drafts: [typed], unsaved: 3 }, "typing", "Not saved yet"],
  [{ drafts: [typed], connection: "offline" }, "offline", "Offline"],
  [{ drafts: [typed], mayWrite: false }, "unfit", "Not saved"],
  [{ drafts: [{ ...typed, isSound: false }, typed] }, "unfit", "Not saved"],
  [{ drafts: [{ ...typed, isSound: false }], connection: "offline", unsaved: 2 }, "unfit", "Not saved"],
  [{ drafts: [typed], refusals: [refusal] }, "refused", "Not saved"],
  [{ refusals: [refusal] }, "refused", "Not saved"],
  [{ refusals: [refusal], unsaved: 4 }, "refused", "Not saved"],
] as const)("%j is %s: %s", (change, name, words) => {
  const said = savedStateOf({ ...READY, ...(change as Partial<SessionState>) });
  expect(said.name).toBe(name);
  expect(said.words).toBe(words);
  expect(said.sentence).not.toBe("");
});

test("where nothing is kept, nobody is told that something is", () => {
  for (const unsaved of [0, 1]) {
    const offline: SessionState = { ...READY, connection: "offline", unsaved };
    expect(savedStateOf(offline).sentence).toContain("kept in this browser");
    expect(savedStateOf({ ...offline, keptLocally: false }).sentence).toContain("leave this tab open");
  }
});

test("nobody is told that edits go out by themselves while the document keeps them from it", () => {
  for (const phase of ["signed-out", "trashed", "missing"] as const)
    for (const connection of ["offline", "connecting", "online"] as const)
      expect(savedStateOf({ ...READY, mayWrite: false, unsaved: 1, phase, connection }).sentence).not.toContain(
        "by itself",
      );
});

test("what is typed and not shared is named, with what to do about it", () => {
  const sentence = "What you typed in Title is shared when you press Enter or leave the field.";
  expect(savedStateOf({ ...READY, drafts: [typed] }).sentence).toBe(sentence);
  expect(savedStateOf({ ...READY, drafts: [typed], connection: "offline" }).sentence).toContain(sentence);
});
