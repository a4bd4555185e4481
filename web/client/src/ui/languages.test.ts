// Languages are read by their names, and what is typed is stored by its code.
import { expect, test } from "vitest";
import { languageCode, languageName } from "./languages";

test("a code is shown by its name; what is no code stays", () => {
  expect(["en", "sv", "Elvish", "our own", ""].map(languageName)).toEqual([
    "English",
    "Swedish",
    "Elvish",
    "our own",
    "",
  ]);
});

test("a name is stored by its code, and comes back as the same name", () => {
  expect(["English", "swedish", "ja", "pt-BR", "our own", ""].map(languageCode)).toEqual([
    "en",
    "sv",
    "ja",
    "pt-BR",
    "our own",
    "",
  ]);
  for (const name of ["German", "Japanese", "Chinese", "Hebrew", "Indonesian"])
    expect(languageName(languageCode(name))).toBe(name);
});
