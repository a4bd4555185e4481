// Titles in the middle of a sentence: short enough that the sentence is still read.

/** Characters of a title in a sentence at most: with a few words around it, two lines of a toast. */
const TITLE_MAX = 32;

/** The title, or its beginning and an ellipsis. */
export function shortTitle(title: string): string {
  const letters = Array.from(new Intl.Segmenter().segment(title.trim()), ({ segment }) => segment);
  return letters.length <= TITLE_MAX ? title.trim() : `${letters.slice(0, TITLE_MAX).join("").trimEnd()}…`;
}
