// Toasts by keyboard: a key leads to them, Escape dismisses the one with the focus and leads back.
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { useKeyboard } from "../app/keyboard";
import { ToastRegion } from "./toast-region";
import { toasts } from "./toasts";

function Page() {
  useKeyboard();
  return (
    <>
      <input aria-label="Title" />
      <ToastRegion />
    </>
  );
}

afterEach(() => toasts.getSnapshot().forEach(({ id }) => toasts.close(id)));

test("F8 leads from a text field to the newest toast, which waits; its action leads back and is done once", async () => {
  const onAction = vi.fn();
  const user = userEvent.setup();
  render(<Page />);
  await user.click(screen.getByLabelText("Title"));
  act(() => void toasts.show({ tone: "plain", text: "In the trash", action: { name: "Undo", onAction } }));
  await user.keyboard("{F8}");
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Undo" }));
  await user.keyboard("{Enter}");
  expect(onAction).toHaveBeenCalledOnce();
  expect(toasts.getSnapshot()).toEqual([]);
  expect(document.activeElement).toBe(screen.getByLabelText("Title"));
});

test("what a toast offers is done once by a double click that is faster than the page", () => {
  const onAction = vi.fn();
  render(<Page />);
  act(() => void toasts.show({ tone: "plain", text: "In the trash", action: { name: "Undo", onAction } }));
  const button = screen.getByRole("button", { name: "Undo" });
  act(() => {
    button.click();
    button.click();
  });
  expect(onAction).toHaveBeenCalledOnce();
});

test("one that goes by itself with the focus in it leads back as well, and the others go on by themselves", async () => {
  const user = userEvent.setup();
  render(<Page />);
  await user.click(screen.getByLabelText("Title"));
  const hold = vi.spyOn(toasts, "hold");
  let isDone: () => void = () => undefined;
  const until = (listener: () => void) => {
    isDone = listener;
    return () => undefined;
  };
  act(() => {
    toasts.show({ tone: "plain", text: "First" });
    toasts.show({ tone: "plain", text: "Second", until, action: { name: "Undo", onAction: () => undefined } });
  });
  await user.keyboard("{F8}");
  act(() => isDone());
  expect(document.activeElement).toBe(screen.getByLabelText("Title"));
  expect(hold).toHaveBeenLastCalledWith(false);
});

test("Escape dismisses the toast with the focus, and nothing else", async () => {
  const user = userEvent.setup();
  render(<Page />);
  await user.click(screen.getByLabelText("Title"));
  act(() => {
    toasts.show({ tone: "plain", text: "First" });
    toasts.show({ tone: "plain", text: "Second", action: { name: "Undo", onAction: () => undefined } });
  });
  await user.keyboard("{F8}{Escape}");
  expect(toasts.getSnapshot().map(({ text }) => text)).toEqual(["First"]);
  expect(document.activeElement).toBe(screen.getByLabelText("Title"));
});
