// Words the studio did not take are not lost by one click, and one sees of which day they are.
import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { Refusal } from "../../collab/document-session";
import { toasts } from "../../ui/toasts";
import { FakeDocument, renderIn } from "../fields/fake-document";
import { RefusalSheet } from "./refusal-sheet";

const now = new Date();
const REFUSAL: Refusal = {
  id: "1",
  path: "/title",
  reason: "You may read here.",
  at: new Date(now.getFullYear() - 1, 2, 5, 14, 30),
  changes: [{ path: "/title", before: null, mine: "My words" }],
};

test("what was discarded can be put back; words of another day carry the date", async () => {
  const song = new FakeDocument("song");
  song.become({ refusals: [REFUSAL] });
  const takeBack = vi.fn(() => REFUSAL);
  const putBack = vi.fn();
  Object.assign(song, { takeBack, putBack });
  renderIn(song, <RefusalSheet isOpen onClose={() => undefined} />);
  expect(screen.getByText(/You may read here/).textContent).toContain(String(now.getFullYear() - 1));
  await userEvent.click(screen.getByRole("button", { name: "Discard" }));
  expect(takeBack).toHaveBeenCalledWith("1");
  const toast = toasts.getSnapshot().at(-1);
  expect(toast?.action?.name).toBe("Undo");
  expect(putBack).not.toHaveBeenCalled();
  act(() => toast?.action?.onAction());
  expect(putBack).toHaveBeenCalledWith(REFUSAL);
});

test("words of today carry the time alone", () => {
  const song = new FakeDocument("song");
  song.become({ refusals: [{ ...REFUSAL, at: now }] });
  renderIn(song, <RefusalSheet isOpen onClose={() => undefined} />);
  expect(screen.getByText(/You may read here/).textContent).not.toContain(String(now.getFullYear()));
});
