// How a document's branches stand, in one line.
import { expect, test } from "vitest";
import type { Branch } from "../api/branches";
import { statesInWords } from "./document-branches";

test("what waits for somebody comes first, and what is not there is not said", () => {
  const branch = (state: Branch["state"], review: Branch["review"]["state"] = "none") =>
    ({ state, review: { state: review } }) as Branch;
  expect(statesInWords([branch("merged"), branch("open"), branch("open", "requested"), branch("merged")])).toBe(
    "1 in review, 1 open, 2 merged",
  );
  expect(statesInWords([])).toBe("");
});
