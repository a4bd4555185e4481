// The languages of songs and voices: stored by their codes, shown by their names.
import { definitionAt } from "./definitions";
import type { Suggestion } from "./suggest-input";

const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });

/** What people call a language, e.g. "English (en)"; what is no code stays as it is. */
export function languageName(code: string): string {
  try {
    const name = names.of(code);
    return name === undefined || name === code ? code : `${name} (${code})`;
  } catch {
    return code;
  }
}

/** The languages that are suggested. */
export const LANGUAGES: readonly Suggestion[] = definitionAt("song", ["language"]).suggestions.map((value) => ({
  value,
  name: languageName(value),
}));
