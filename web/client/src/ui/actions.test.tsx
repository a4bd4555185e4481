// The registry of actions: what is offered, what stands in for what, and that a render is no news.
import { render, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { actions, Actions, runAction, useAction, useActions, useAllActions } from "./actions";

test("a later registration stands in for an earlier one of the same id, while it lasts", () => {
  const registry = new Actions();
  const [page, dialog] = [Symbol("page"), Symbol("dialog")];
  registry.set(page, [{ id: "share", name: "Share" }]);
  registry.set(dialog, [{ id: "share", name: "Share this take" }]);
  expect(registry.getSnapshot().map((action) => action.name)).toEqual(["Share this take"]);
  registry.delete(dialog);
  expect(registry.find("share")?.name).toBe("Share");
});

test("new functions are no news, but the newest one runs", () => {
  const registry = new Actions();
  const key = Symbol("page");
  const listener = vi.fn();
  const [first, second] = [vi.fn(), vi.fn()];
  registry.set(key, [{ id: "save", name: "Save", run: first }]);
  registry.subscribe(listener);
  const shown = registry.getSnapshot();
  registry.set(key, [{ id: "save", name: "Save", run: second }]);
  expect(listener).not.toHaveBeenCalled();
  expect(registry.getSnapshot()).toBe(shown);
  shown[0]?.run?.();
  expect(first).not.toHaveBeenCalled();
  expect(second).toHaveBeenCalledOnce();
  registry.set(key, [{ id: "save", name: "Keep", run: second }]);
  expect(listener).toHaveBeenCalledOnce();
});

test("a component that registers and reads settles, and its actions go with it", () => {
  let renders = 0;
  function Both() {
    renders++;
    const [count, setCount] = useState(0);
    useActions([{ id: "count", name: `Count ${count}`, run: () => setCount(count + 1) }]);
    const all = useAllActions();
    return <p>{all.map((action) => action.name).join()}</p>;
  }
  const { unmount } = render(<Both />);
  expect(screen.getByText("Count 0")).toBeTruthy();
  expect(renders).toBeLessThan(5);
  unmount();
  expect(actions.getSnapshot()).toEqual([]);
});

test("an action runs by its id only while somebody offers it and may run it", () => {
  const run = vi.fn();
  function Offer({ isDisabled }: { isDisabled: boolean }) {
    useActions([{ id: "share", name: "Share", run, isDisabled }]);
    return <p>{useAction("share")?.name ?? "nothing"}</p>;
  }
  expect(runAction("share")).toBe(false);
  const { rerender } = render(<Offer isDisabled={false} />);
  expect(runAction("share")).toBe(true);
  rerender(<Offer isDisabled />);
  expect(runAction("share")).toBe(false);
  expect(run).toHaveBeenCalledOnce();
});
