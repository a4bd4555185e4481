// Who listens to the state of a session hears of what they asked for, once each time.
import { describe, expect, it, vi } from "vitest";
import { FIRST_STATE, ShownState } from "./session-state";

describe("ShownState", () => {
  it("tells listeners of a part about that part alone", () => {
    const shown = new ShownState();
    const [all, unsaved, phase] = [vi.fn(), vi.fn(), vi.fn()];
    shown.subscribe(all);
    shown.subscribe(unsaved, "unsaved");
    shown.subscribe(phase, "phase", "generation");
    shown.show({ ...FIRST_STATE, unsaved: 1 });
    shown.show({ ...FIRST_STATE, unsaved: 1 });
    expect([all, unsaved, phase].map((listener) => listener.mock.calls.length)).toEqual([1, 1, 0]);
    shown.show({ ...FIRST_STATE, phase: "ready", generation: 1 });
    expect([all, unsaved, phase].map((listener) => listener.mock.calls.length)).toEqual([2, 2, 1]);
  });

  it("tells nobody who has stopped listening", () => {
    const shown = new ShownState();
    const [all, phase] = [vi.fn(), vi.fn()];
    const stops = [shown.subscribe(all), shown.subscribe(phase, "phase", "role")];
    stops.forEach((stop) => stop());
    shown.show({ ...FIRST_STATE, phase: "ready", role: "editor" });
    expect(all).not.toHaveBeenCalled();
    expect(phase).not.toHaveBeenCalled();
  });
});
