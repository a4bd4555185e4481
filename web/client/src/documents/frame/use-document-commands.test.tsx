// A copy says what it could not take along.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { api } from "../../api/client";
import { toasts } from "../../ui/toasts";
import { FakeDocument, renderIn } from "../fields/fake-document";
import { useDocumentCommands, type DocumentCommands } from "./use-document-commands";

test("duplicating from inside a document says what was left out", async () => {
  const copy = { id: "c", kind: "song", title: "Rain (copy)", left_out: ["notes", "cover"] };
  vi.spyOn(api, "POST").mockResolvedValue({ data: copy, response: new Response() });
  const seen: DocumentCommands[] = [];
  function Holder() {
    seen.push(useDocumentCommands("Rain"));
    return null;
  }
  const client = new QueryClient();
  renderIn(
    new FakeDocument("song"),
    <QueryClientProvider client={client}>
      <Holder />
    </QueryClientProvider>,
  );
  seen.at(-1)?.duplicate();
  await waitFor(() => expect(toasts.getSnapshot()).toHaveLength(1));
  expect(toasts.getSnapshot()[0]).toMatchObject({
    tone: "warning",
    text: "This is the copy: Rain (copy). Left out: notes, cover.",
  });
});
