// What is said about saving changes seldom, and is true.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeDocument } from "../fields/fake-document";
import { CalmState } from "./calm-state";

describe("CalmState", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watched() {
    const document = new FakeDocument("song");
    const calm = new CalmState(document.session);
    const heard: string[] = [];
    const stop = calm.subscribe(() => heard.push(calm.get().name));
    return { document, calm, heard, stop };
  }

  it("is news once for many keys, and once more when hands rest", () => {
    const { document, heard } = watched();
    for (let key = 0; key < 20; key++) {
      document.become({ unsaved: 1 });
      vi.advanceTimersByTime(10);
      document.become({ unsaved: 0 });
      vi.advanceTimersByTime(50);
    }
    expect(heard).toEqual(["saving"]);
    vi.advanceTimersByTime(349 - 50);
    expect(heard).toEqual(["saving"]);
    vi.advanceTimersByTime(1);
    expect(heard).toEqual(["saving", "saved"]);
  });

  it("says at once what keeps edits from being saved, and never says saved while something is not", () => {
    const { document, calm, heard } = watched();
    document.become({ unsaved: 1 });
    document.become({ unsaved: 0 });
    document.become({ unsaved: 2, connection: "offline" });
    expect(calm.get()).toMatchObject({ name: "offline", words: "Offline, 2 edits kept here" });
    vi.advanceTimersByTime(1000);
    expect(heard).toEqual(["saving", "offline"]);
    document.become({ unsaved: 0, connection: "online" });
    expect(heard).toEqual(["saving", "offline", "saved"]);
  });

  it("says once that something is typed and not shared, whatever else is saved meanwhile", () => {
    const { document, calm, heard } = watched();
    document.drafts.put(document, { place: "/title", isSound: true });
    for (let key = 0; key < 20; key++) {
      document.become({ unsaved: 1 });
      document.become({ unsaved: 0 });
    }
    expect(heard).toEqual(["typing"]);
    expect(calm.get().sentence).toContain("in Title is shared when you press Enter");
    document.become({ unsaved: 1 });
    document.drafts.drop(document);
    expect(heard).toEqual(["typing", "saving"]);
  });

  it("does not call unfit what is only half typed", () => {
    const { document, calm, heard } = watched();
    document.drafts.put(document, { place: "/bpm", isSound: false });
    vi.advanceTimersByTime(999);
    document.drafts.put(document, { place: "/bpm", isSound: true });
    vi.advanceTimersByTime(5000);
    expect(heard).toEqual(["typing"]);
    document.drafts.put(document, { place: "/bpm", isSound: false });
    vi.advanceTimersByTime(1000);
    expect(calm.get()).toMatchObject({ name: "unfit", words: "Not saved" });
    document.drafts.drop(document);
    expect(heard).toEqual(["typing", "unfit", "saved"]);
  });

  it("keeps up with what happened while nobody listened", () => {
    const { document, calm, stop } = watched();
    stop();
    document.become({ unsaved: 1 });
    expect(calm.get().name).toBe("saving");
    document.become({ unsaved: 0 });
    expect(calm.get().name).toBe("saved");
  });
});
