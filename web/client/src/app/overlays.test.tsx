// An overlay that does not come, or breaks, closes; the page stays, and one can try again.
import { act, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { toasts } from "../ui/toasts";
import { Overlays, overlays, type OverlayLoads } from "./overlays";

const never = () => new Promise<never>(() => undefined);

function open(palette: OverlayLoads["palette"]) {
  render(
    <>
      <p>The page</p>
      <Overlays loads={{ palette, shortcuts: never, share: never, "sign-out": never }} />
    </>,
  );
  act(() => overlays.open("palette"));
}

afterEach(() => {
  overlays.open(null);
  toasts.getSnapshot().forEach(({ id }) => toasts.close(id));
});

test("an overlay that cannot be loaded closes with a toast, whose Retry opens it", async () => {
  const load = vi
    .fn<OverlayLoads["palette"]>()
    .mockRejectedValueOnce(new TypeError("Failed to fetch dynamically imported module"))
    .mockResolvedValue({ default: () => <p>The palette</p> });
  open(load);
  await vi.waitFor(() => expect(toasts.getSnapshot()).toHaveLength(1));
  expect(overlays.getSnapshot()).toBeNull();
  expect(screen.getByText("The page")).toBeTruthy();
  act(() => toasts.getSnapshot()[0]!.action!.onAction());
  expect(await screen.findByText("The palette")).toBeTruthy();
  expect(load).toHaveBeenCalledTimes(2);
});

test("an overlay that breaks closes with a toast, and opens again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  let isBroken = true;
  const Palette = () => {
    if (isBroken) throw new Error("broken");
    return <p>The palette</p>;
  };
  open(() => Promise.resolve({ default: Palette }));
  await vi.waitFor(() => expect(toasts.getSnapshot()).toHaveLength(1));
  expect(overlays.getSnapshot()).toBeNull();
  expect(screen.getByText("The page")).toBeTruthy();
  isBroken = false;
  act(() => overlays.open("palette"));
  expect(await screen.findByText("The palette")).toBeTruthy();
});
