// Resolved threads stay where they were as long as somebody's words to them are not sent.
import { afterEach, expect, test } from "vitest";
import { forgetKeptWords, keepWords } from "../collab/kept-words";
import { replyName, stillListed } from "./unsent";

interface Id {
  document_id: string;
  id: string;
}

const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => ({ document_id: "song", id })) as [Id, Id, Id, Id];

afterEach(forgetKeptWords);

function listed(before: Id[], now: Id[]): string {
  return stillListed(before, now)
    .map(({ id }) => id)
    .join("");
}

test("a thread that is written in stays at its place, one that is not goes", () => {
  keepWords(replyName(b), "half a rep");
  expect(listed([a, b, c], [a, c])).toBe("abc");
  expect(listed([a, b, c], [c])).toBe("bc");
  expect(listed([a, b, c], [d, a, c])).toBe("dabc");
  expect(listed([a, b, c], [])).toBe("b");
  keepWords(replyName(b), "");
  expect(listed([a, b, c], [a, c])).toBe("ac");
});

test("one that was opened again is listed once", () => {
  keepWords(replyName(b), "half a rep");
  expect(listed([a, b, c], [b, a, c])).toBe("bac");
});
