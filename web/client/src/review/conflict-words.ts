// What a conflict is called and what can be done about it, in words.
import type { KindName } from "../api/addresses";
import type { Conflict, ConflictChoice } from "../api/branches";
import { placeAt } from "../history/field-names";
import type { Content } from "../history/requests";

/** "Lyrics of Chorus", "Tempo". */
export function placeInWords(kind: KindName, path: string, contents: readonly Content[]): string {
  const { group, field } = placeAt(kind, path, contents);
  if (field === null) return group.name;
  return group.key === "" ? field : `${field} of ${group.name}`;
}

export const CONFLICT_WORDS: Record<Conflict["kind"], string> = {
  both_set: "Set in the document and on the branch.",
  edited_and_removed: "Edited on one side, removed on the other.",
  text_overlap: "The same words were changed on both sides.",
  both_moved: "Moved on both sides.",
};

export const CHOICE_WORDS: Record<ConflictChoice, string> = {
  document: "Keep the document’s",
  branch: "Take the branch’s",
  both: "Keep both, the branch’s lines below",
};
