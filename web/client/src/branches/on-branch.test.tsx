// A review is of what the branch holds now, whatever an earlier page knew of it.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { api } from "../api/client";
import { branchQuery, type Branch } from "../api/branches";
import { OnBranch } from "./on-branch";

const KNOWN = { id: "b", document_id: "d", kind: "song", name: "Darker chorus", head_position: 2 } as Branch;

function renderPage(isFresh: boolean): number[] {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  client.setQueryData(branchQuery("b").queryKey, KNOWN);
  vi.spyOn(api, "GET").mockResolvedValue({ data: { ...KNOWN, head_position: 9 }, response: new Response() } as never);
  const shown: number[] = [];
  render(
    <QueryClientProvider client={client}>
      <OnBranch documentId="d" branchId="b" isFresh={isFresh}>
        {({ head_position: head }) => {
          shown.push(head);
          return <p>Shown up to {head}</p>;
        }}
      </OnBranch>
    </QueryClientProvider>,
  );
  return shown;
}

test("a page that must be fresh never shows what was asked earlier, however new that seems", async () => {
  const shown = renderPage(true);
  expect(await screen.findByText("Shown up to 9")).toBeDefined();
  expect(new Set(shown)).toEqual(new Set([9]));
});

test("any other page stands at once, by what is known", () => {
  renderPage(false);
  expect(screen.getByText("Shown up to 2")).toBeDefined();
});
