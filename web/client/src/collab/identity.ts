// Whose work this browser keeps: the person who was signed in here last.

const KEY = "counterpoint.person";

/** The id of the person who was last known to be signed in here; null: nobody, or this browser keeps nothing. */
export function rememberedPerson(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // Some browsers forbid storage altogether; then there are no local stores either.
    return null;
  }
}

/** Remembers who is signed in, or that nobody is. */
export function rememberPerson(personId: string | null): void {
  try {
    if (personId === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, personId);
  } catch {
    return;
  }
}
