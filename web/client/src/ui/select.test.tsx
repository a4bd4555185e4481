// The list is there for whoever reaches for the button: with a key, the mouse, however quick, or a finger.
import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Select } from "./select";

const CHOICES = [
  { value: "verse", name: "Verse" },
  { value: "chorus", name: "Chorus" },
] as const;

function renderSelect() {
  const onChange = vi.fn();
  render(<Select label="Kind" choices={CHOICES} value="verse" onChange={onChange} />);
  return { onChange, button: () => screen.getByRole("button", { name: "Verse Kind" }) };
}

test("by keyboard: Tab leads to it, an arrow opens it, Enter chooses, and the focus is on the button again", async () => {
  const { onChange, button } = renderSelect();
  const user = userEvent.setup();
  await user.tab();
  expect(document.activeElement).toBe(button());
  await user.keyboard("{ArrowDown}");
  await user.click(await screen.findByRole("option", { name: "Chorus" }));
  expect(onChange).toHaveBeenCalledExactlyOnceWith("chorus");
  await vi.waitFor(() => expect(document.activeElement).toBe(button()));
});

test("a mouse that comes first opens it", async () => {
  const { onChange, button } = renderSelect();
  const user = userEvent.setup();
  await user.hover(button());
  await user.click(button());
  await user.click(await screen.findByRole("option", { name: "Chorus" }));
  expect(onChange).toHaveBeenCalledExactlyOnceWith("chorus");
});

test("a mouse that presses in the same moment opens it, although it lifts over a button made anew", async () => {
  const { button } = renderSelect();
  const pressed = button();
  // This DOM has no pointer events of its own.
  const press = Object.assign(new MouseEvent("pointerdown", { bubbles: true }), { pointerType: "mouse" });
  fireEvent(pressed, press);
  fireEvent.mouseDown(document.contains(pressed) ? pressed : button());
  fireEvent.mouseUp(document.body);
  expect(await screen.findByRole("option", { name: "Chorus" })).toBeDefined();
});

test("a finger opens it, and finds it where it was until it lifts", async () => {
  const { button } = renderSelect();
  const pressed = button();
  const user = userEvent.setup();
  await user.pointer({ keys: "[TouchA>]", target: pressed });
  expect(document.contains(pressed)).toBe(true);
  await user.pointer("[/TouchA]");
  expect(await screen.findByRole("option", { name: "Chorus" })).toBeDefined();
});
