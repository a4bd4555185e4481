// How much a document holds, in words: "8 sections · 216 words".

/** The two that say most, when there are more. */
const SHOWN = ["sections", "entities", "events", "influences", "boundaries", "words"];
const SHOWN_MAX = 2;
const SINGULAR: Record<string, string> = { entities: "entity", boundaries: "boundary" };

/** The counts of a document; empty ones are not worth a word. */
export function countsInWords(counts: Readonly<Record<string, number>>): string {
  return SHOWN.flatMap((name) => {
    const count = counts[name] ?? 0;
    return count === 0 ? [] : [`${count.toLocaleString("en")} ${count === 1 ? singular(name) : name}`];
  })
    .slice(0, SHOWN_MAX)
    .join(" · ");
}

function singular(name: string): string {
  return SINGULAR[name] ?? name.replace(/s$/u, "");
}
