// What a role allows here is what the studio allows: nothing is offered that it would refuse.
import { expect, test } from "vitest";
import { mayComment, mayReview, mayWrite, ROLES } from "./roles";

const allowed = (may: (role: (typeof ROLES)[number]["value"]) => boolean) =>
  ROLES.map(({ value }) => value).filter((role) => may(role));

test("owners and editors write; commenters say something, too; viewers read", () => {
  expect(allowed(mayWrite)).toEqual(["owner", "editor"]);
  expect(allowed(mayComment)).toEqual(["owner", "editor", "commenter"]);
  expect(allowed(mayReview)).toEqual(["owner", "editor", "commenter"]);
});

test("a role that nobody knows yet allows nothing", () => {
  for (const may of [mayWrite, mayComment, mayReview]) expect([may(undefined), may(null)]).toEqual([false, false]);
});
