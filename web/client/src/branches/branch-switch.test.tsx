// The bar says which branch one is on, leads to the others, and offers a new one to those who may write.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { branchesOfQuery, type Branch } from "../api/branches";
import { meQuery } from "../api/queries";
import { BranchSwitch } from "./branch-switch";

const BRANCH: Branch = {
  id: "b",
  document_id: "d",
  document_title: "Glasshouse Weather",
  content_id: "c",
  kind: "song",
  name: "Darker chorus",
  purpose: "",
  position: 1,
  head_position: 2,
  state: "open",
  opened_by: "ada",
  opened_at: "2026-11-28T12:00:00Z",
  review: {
    state: "requested",
    requested_by: "ada",
    requested_at: "2026-11-28T12:00:00Z",
    message: "",
    reviewers: ["lee"],
    verdicts: [],
  },
  merges: [],
};

function renderSwitch(role: string, current: Branch | null) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  client.setQueryData(meQuery.queryKey, { role } as never);
  client.setQueryData(branchesOfQuery("d").queryKey, [BRANCH, { ...BRANCH, id: "x", name: "Old", state: "closed" }]);
  render(
    <QueryClientProvider client={client}>
      <BranchSwitch kind="song" documentId="d" current={current} />
    </QueryClientProvider>,
  );
}

test("on the document itself it says main, and lists what is open with how it stands", async () => {
  renderSwitch("editor", null);
  await userEvent.click(screen.getByRole("button", { name: "Branch: main" }));
  const names = (await screen.findAllByRole("menuitem")).map((item) => item.textContent);
  expect(names).toEqual(["main, you are here", "Darker chorus · in review", "New branch…", "All branches"]);
  expect(screen.getByRole("menuitem", { name: /Darker/ }).getAttribute("href")).toBe("/songs/d/branches/b/edit");
});

test("who may only read is not offered a new one", async () => {
  renderSwitch("viewer", BRANCH);
  await userEvent.click(screen.getByRole("button", { name: "Branch: Darker chorus" }));
  expect(await screen.findByRole("menuitem", { name: "Darker chorus, you are here" })).toBeDefined();
  expect(screen.queryByRole("menuitem", { name: "New branch…" })).toBeNull();
});
