// What would become of each part of the document, from the difference between a version and now read backwards.
import { counted, type ChangeGroup, type PlacedChange } from "./change-groups";
import { wordCounts } from "./text-lines";
import { valueInWords } from "./values";

/** "comes back", "5 words go in lyrics", "tempo 99 to 101". */
export function phrasesOf({ came, went, moved, changes }: ChangeGroup): string[] {
  return [
    ...(came === null ? [] : ["goes away"]),
    ...(went === null ? [] : ["comes back"]),
    ...(moved === null ? [] : [`moves to place ${Number(moved.old) + 1}`]),
    ...changes.map(phraseOf),
  ];
}

function phraseOf({ change, place }: PlacedChange): string {
  const name = (place.field ?? place.group.name).toLowerCase();
  if (change.change === "text") {
    // Backwards: what was inserted since goes, what was deleted comes back.
    const { inserted, deleted } = wordCounts(change.spans);
    const parts = [
      deleted > 0 ? `${counted(deleted, "word")} ${deleted === 1 ? "comes" : "come"} back` : null,
      inserted > 0 ? `${counted(inserted, "word")} ${inserted === 1 ? "goes" : "go"}` : null,
    ].filter((part) => part !== null);
    return parts.length === 0 ? `letters in ${name}` : `${parts.join(" and ")} in ${name}`;
  }
  if (place.how === "reference") return change.old === null ? `no ${name}` : `another ${name}`;
  const [now, then] = [change.new, change.old].map((value) => valueInWords(value, place.field ?? "") ?? "nothing");
  return `${name} ${String(now)} to ${String(then)}`;
}
