// Who left and what nobody here wrote are not called the same.
import { expect, test } from "vitest";
import { personName } from "./person-name";

const MEMBERS = [{ person_id: "ada", name: "Ada Marsh" }];

test("people are called by their names, while and after they are members", () => {
  expect(personName(MEMBERS, "ada")).toBe("Ada Marsh");
  expect(personName(MEMBERS, "gone")).toBe("Former member");
  expect(personName(undefined, "ada")).toBe("…");
});

test("what came with the studio was written by the studio", () => {
  expect(personName(MEMBERS, "00000000-0000-4000-8000-000000000001")).toBe("Counterpoint");
});
