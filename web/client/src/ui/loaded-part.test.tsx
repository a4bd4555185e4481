// Parts that load when they are first shown: what happens when they do not come.
import { act, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { loadedPart } from "./loaded-part";
import { toasts } from "./toasts";

test("a part that could not be loaded is said, and stands after another try", async () => {
  let tries = 0;
  const Greeting = loadedPart<{ name: string }>(() => {
    tries += 1;
    if (tries === 1) return Promise.reject(new Error("offline"));
    return Promise.resolve({ default: ({ name }: { name: string }) => <p>Hello {name}</p> });
  });

  render(<Greeting name="Ada" />);
  await expect.poll(() => toasts.getSnapshot().length).toBe(1);
  expect(screen.queryByText("Hello Ada")).toBeNull();

  act(() => toasts.getSnapshot()[0]?.action?.onAction());
  expect(await screen.findByText("Hello Ada")).toBeDefined();
  expect(tries).toBe(2);
});
