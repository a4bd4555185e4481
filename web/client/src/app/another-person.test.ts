// Another person in the same browser never sees what was loaded for the one before.
import { afterEach, expect, test, vi } from "vitest";
import { createQueryClient, meQuery } from "../api/queries";
import { tellTabs } from "../collab/tabs";
import { followPerson } from "./another-person";

let stop: () => void = () => undefined;
afterEach(() => stop());

function follow(personId?: string) {
  const client = createQueryClient();
  const signIn = (id: string) => client.setQueryData(meQuery.queryKey, { person_id: id } as never);
  if (personId !== undefined) signIn(personId);
  client.setQueryData(["documents"], ["a secret"]);
  const reload = vi.fn(() => expect(client.getQueryCache().getAll()).toEqual([]));
  stop = followPerson(client, reload);
  return { reload, signIn };
}

test("another tab tells that somebody else signed in: all is forgotten, and the page loads anew, once", () => {
  const { reload } = follow("ada");
  tellTabs({ type: "signed-in", personId: "ada" });
  expect(reload).not.toHaveBeenCalled();
  tellTabs({ type: "signed-in", personId: "ben" });
  tellTabs({ type: "signed-in", personId: "ben" });
  expect(reload).toHaveBeenCalledOnce();
});

test("the studio answers that somebody else is signed in: the same", () => {
  const { reload, signIn } = follow("ada");
  signIn("ada");
  expect(reload).not.toHaveBeenCalled();
  signIn("ben");
  expect(reload).toHaveBeenCalledOnce();
});

test("whoever is known first is nobody else", () => {
  const { reload, signIn } = follow();
  tellTabs({ type: "signed-in", personId: "ben" });
  signIn("ada");
  expect(reload).not.toHaveBeenCalled();
});
