// What every unit test needs of a browser and jsdom lacks.
import "fake-indexeddb/auto";
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// Menus and lists escape names in selectors when they open.
Object.assign(globalThis, { CSS: { escape: (name: string) => name } });

afterEach(() => {
  cleanup();
});
