// The languages that are suggested for songs and voices.
import { languageName } from "../../ui/languages";
import { definitionAt } from "./definitions";
import type { Suggestion } from "./suggest-input";

export const LANGUAGES: readonly Suggestion[] = definitionAt("song", ["language"]).suggestions.map((value) => ({
  value,
  name: languageName(value),
}));
