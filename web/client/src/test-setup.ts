// What every unit test needs of a browser and jsdom lacks.
import "fake-indexeddb/auto";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

/** Milliseconds that what is waited for may take: it comes in a few, but not beside many other tests. */
const WAIT_MS_MAX = 15_000;

configure({ asyncUtilTimeout: WAIT_MS_MAX });
const { waitFor } = vi;
vi.waitFor = (condition, options = { timeout: WAIT_MS_MAX }) => waitFor(condition, options);

// Menus and lists escape names in selectors when they open.
Object.assign(globalThis, { CSS: { escape: (name: string) => name } });

afterEach(() => {
  cleanup();
});
