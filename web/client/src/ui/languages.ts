// Languages: stored by their codes, read and typed by their names.

const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });
const LETTERS = Array.from("abcdefghijklmnopqrstuvwxyz");

/** What people call a language, such as "English" for "en"; what is no code is a name already. */
export function languageName(code: string): string {
  try {
    const name = code === "" ? code : (names.of(code) ?? code);
    // What only looks like a code comes back in small letters.
    return name.toLocaleLowerCase() === code.toLocaleLowerCase() ? code : name;
  } catch {
    return code;
  }
}

/** The code of a language by its name, in capitals or not; what names none, or is a code, stays as it is. */
export function languageCode(words: string): string {
  codes ??= new Map(
    LETTERS.flatMap((one) =>
      LETTERS.map((two) => one + two)
        .filter(isCurrent)
        .map(named),
    ),
  );
  return codes.get(words.toLocaleLowerCase()) ?? words;
}

/** Made when somebody first types a language: 676 codes, most of which name nothing. */
let codes: ReadonlyMap<string, string> | undefined;

/** Some languages have an older code, too. */
function isCurrent(code: string): boolean {
  return Intl.getCanonicalLocales(code)[0] === code;
}

function named(code: string): [name: string, code: string] {
  return [languageName(code).toLocaleLowerCase(), code];
}
