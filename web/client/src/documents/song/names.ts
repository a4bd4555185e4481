// Words that people read in the place of those that are stored.

/** Musicians' signs instead of # and b. */
export function keyName(key: string): string {
  return key.replace("#", "♯").replace(/^(.)b$/, "$1♭");
}
