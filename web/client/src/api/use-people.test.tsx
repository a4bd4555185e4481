// One colour for one person: in every list, while and after they are members.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test } from "vitest";
import type { Schemas } from "./client";
import { keys, meQuery } from "./queries";
import { usePeople } from "./use-people";

const ada = { person_id: "ada", name: "Ada Marsh", colour: 5 } as Schemas["MemberItem"];
const me = { person_id: "ada" } as Schemas["Me"];

function people(page?: Schemas["MemberPage"]) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, enabled: false } } });
  if (page !== undefined) client.setQueryData(keys.members, page);
  client.setQueryData(meQuery.queryKey, me);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return renderHook(() => usePeople(), { wrapper }).result.current;
}

test("the colour is the one the studio gave, and stays with who left", () => {
  const personOf = people({ items: [ada], former: [{ person_id: "kai", colour: 2 }] });
  expect(personOf("ada")).toEqual({ id: "ada", name: "Ada Marsh", colour: 5, isMe: true });
  expect(personOf("kai")).toEqual({ id: "kai", name: "Former member", colour: 2, isMe: false });
});

test("nobody borrows a colour: who is unknown, or not known yet, has none", () => {
  expect(people({ items: [ada], former: [] })("nobody").colour).toBeNull();
  expect(people()("ada").colour).toBeNull();
});
