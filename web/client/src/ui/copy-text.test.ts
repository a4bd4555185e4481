// Copying, also where pages are not served securely.
import { afterEach, expect, test, vi } from "vitest";
import { copyText } from "./copy-text";

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(document, "execCommand");
});

/** A browser with or without a clipboard, and with an older way that works or does not. */
function standIn(clipboard: { writeText: (text: string) => Promise<void> } | undefined, isOlderAllowed: boolean) {
  vi.stubGlobal("navigator", { clipboard });
  const older = vi.fn(() => isOlderAllowed);
  Object.assign(document, { execCommand: older });
  return older;
}

test("the clipboard of the browser is used where there is one", async () => {
  const writeText = vi.fn(() => Promise.resolve());
  const older = standIn({ writeText }, true);
  expect(await copyText("words")).toBe(true);
  expect(writeText).toHaveBeenCalledWith("words");
  expect(older).not.toHaveBeenCalled();
});

test("without https, or where it is forbidden, the older way is tried, and leaves nothing on the page", async () => {
  const older = standIn(undefined, true);
  expect(await copyText("words")).toBe(true);
  expect(older).toHaveBeenCalledOnce();
  standIn({ writeText: () => Promise.reject(new DOMException("no", "NotAllowedError")) }, false);
  expect(await copyText("words")).toBe(false);
  expect(document.body.childElementCount).toBe(0);
});
