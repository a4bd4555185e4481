// Words that people read in the place of those that are stored.

export function capitalised(word: string): string {
  return word.charAt(0).toLocaleUpperCase() + word.slice(1);
}

/** Musicians' signs instead of # and b. */
export function keyName(key: string): string {
  return key.replace("#", "♯").replace(/^(.)b$/, "$1♭");
}

const CODES = ["en", "de", "es", "fr", "it", "pt", "ja", "ko", "zh"] as const;
const languages = new Intl.DisplayNames(["en"], { type: "language" });

/** The languages that are offered, by the codes that are stored. */
export const LANGUAGES = CODES.map((code) => ({ value: code, name: languageName(code) }));

/** The name of a language; what is no code is a name already. */
export function languageName(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}
