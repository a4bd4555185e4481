// The list is there for whoever reaches for the button: with a key, the mouse, however quick, or a finger.
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Select } from "./select";

const CHOICES = [
  { value: "verse", name: "Verse" },
  { value: "chorus", name: "Chorus" },
] as const;

/** Milliseconds the mouse is above the button before what opens the list is made. */
const HOVER_MS = 20;

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

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

test("a mouse that comes first opens it, which is made anew before it presses", async () => {
  const { onChange, button } = renderSelect();
  const user = userEvent.setup();
  const seen = button();
  await user.hover(seen);
  await vi.waitFor(() => expect(document.contains(seen)).toBe(false));
  await user.click(button());
  await user.click(await screen.findByRole("option", { name: "Chorus" }));
  expect(onChange).toHaveBeenCalledExactlyOnceWith("chorus");
});

test.each([
  ["a mouse that presses in the moment in which it comes", "[MouseLeft>]", "[/MouseLeft]"],
  ["a finger", "[TouchA>]", "[/TouchA]"],
])("%s finds the button where it was until it lifts, and opens it", async (_, press, lift) => {
  vi.useFakeTimers();
  // The testing library moves on only clocks of this name.
  vi.stubGlobal("jest", { advanceTimersByTime: vi.advanceTimersByTime });
  const { button } = renderSelect();
  const pressed = button();
  const user = userEvent.setup({ delay: null });
  await user.pointer([{ target: pressed }, { keys: press, target: pressed }]);
  act(() => void vi.advanceTimersByTime(HOVER_MS));
  expect(document.contains(pressed)).toBe(true);
  await user.pointer({ keys: lift, target: pressed });
  act(() => void vi.runAllTimers());
  expect(screen.getByRole("option", { name: "Chorus" })).toBeDefined();
});
