// Words that people read in the place of those that are stored.

export function capitalised(word: string): string {
  return word.charAt(0).toLocaleUpperCase() + word.slice(1);
}

/** Musicians' signs instead of # and b. */
export function keyName(key: string): string {
  return key.replace("#", "♯").replace(/^(.)b$/, "$1♭");
}
