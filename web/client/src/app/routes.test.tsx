// Addresses lead to their pages, and documents to their own.
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { documentAddress, documentAt, isKindName, KIND_NAMES } from "../api/addresses";
import { createQueryClient } from "../api/queries";
import { loadPageAt, Routes } from "./routes";

/** A page's modules are translated when the first test asks for them, beside many other tests. */
const PAGE_MS_MAX = 90_000;

function openPage(path: string) {
  const { hook } = memoryLocation({ path });
  render(
    <QueryClientProvider client={createQueryClient()}>
      <Router hook={hook}>
        <Routes />
      </Router>
    </QueryClientProvider>,
  );
}

test.each([
  ["/trash", "Trash"],
  ["/people", "People"],
  ["/settings", "Settings"],
  ["/nowhere/at/all", "There is nothing at this address"],
])(
  "%s shows %s",
  async (path, heading) => {
    openPage(path);
    expect(await screen.findByRole("heading", { level: 1, name: heading }, { timeout: 60_000 })).toBeTruthy();
    expect(document.title).toContain("Counterpoint");
  },
  PAGE_MS_MAX,
);

test("the code of a page comes ahead of it", async () => {
  loadPageAt("/settings");
  await import("./settings-page");
  // A moment for the code to be known; then the page stands at once, without a skeleton.
  await new Promise((done) => setTimeout(done));
  openPage("/settings");
  expect(screen.getByRole("heading", { level: 1, name: "Settings" })).toBeTruthy();
  loadPageAt("/nowhere/at/all");
  loadPageAt("");
});

test("addresses of documents are understood again", () => {
  for (const kind of KIND_NAMES) expect(documentAt(documentAddress(kind, "x1"))).toEqual({ kind, id: "x1" });
  expect(documentAt("/songs/x1/studio")).toEqual({ kind: "song", id: "x1" });
  expect(documentAt("/people")).toBeNull();
  expect(documentAddress("hymn", "x1")).toBe("/");
  expect(isKindName("toString")).toBe(false);
});
