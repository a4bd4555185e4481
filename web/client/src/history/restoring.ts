// What would become of each part of the document, from the difference between a version and now read backwards.
import type { ChangeGroup, PlacedChange } from "./change-groups";
import { wordCounts } from "./text-lines";
import { valueInWords } from "./values";
import { counted } from "../ui/words";

/** "comes back", "5 words are removed from lyrics", "tempo 99 to 101". */
export function phrasesOf({ came, went, moved, changes }: ChangeGroup): string[] {
  return [
    ...(came === null ? [] : ["is removed"]),
    ...(went === null ? [] : ["comes back"]),
    ...(moved === null ? [] : [`moves to place ${Number(moved.old) + 1}`]),
    ...changes.map(phraseOf),
  ];
}

/** Whether the phrases go on from its name as a sentence: "Chorus comes back". */
export function isAboutItself({ came, went, moved }: ChangeGroup): boolean {
  return came !== null || went !== null || moved !== null;
}

function phraseOf({ change, place }: PlacedChange): string {
  const name = (place.field ?? place.group.name).toLowerCase();
  if (change.change === "text") {
    // Backwards: what was inserted since is removed, what was deleted is added.
    const { inserted, deleted } = wordCounts(change.spans);
    const parts = [
      deleted > 0 ? `${wordsAre(deleted)} added to` : null,
      inserted > 0 ? `${wordsAre(inserted)} removed from` : null,
    ].filter((part) => part !== null);
    return parts.length === 0 ? `letters change in ${name}` : `${parts.join(" and ")} ${name}`;
  }
  if (place.how === "reference") return change.old === null ? `no ${name}` : `another ${name}`;
  const [now, then] = [change.new, change.old].map((value) => valueInWords(value, place.field ?? "") ?? "nothing");
  return `${name} ${String(now)} to ${String(then)}`;
}

function wordsAre(count: number): string {
  return `${counted(count, "word")} ${count === 1 ? "is" : "are"}`;
}
