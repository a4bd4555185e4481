// What of a branch is picked for merging: the parts and people left out, and a choice for each conflict.
import type { Conflict, ConflictChoice } from "../api/branches";
import type { MergeWish } from "../branches/branch-requests";
import type { ChangeGroup } from "../history/change-groups";

export interface MergePicks {
  /** Keys of the parts that stay behind. */
  leftOut: ReadonlySet<string>;
  /** People whose changes stay behind. */
  without: ReadonlySet<string>;
  /** By path. A choice made is kept when the conflict is gone for a while. */
  choices: ReadonlyMap<string, ConflictChoice>;
}

export const ALL_PICKED: MergePicks = { leftOut: new Set(), without: new Set(), choices: new Map() };

/** What there is to pick from. */
export interface Offer {
  groups: readonly ChangeGroup[];
  conflicts: readonly Conflict[];
  people: readonly string[];
}

/** Whether anything is left out. */
export function isWhole({ leftOut, without }: MergePicks, { groups, people }: Offer): boolean {
  return !groups.some(({ key }) => leftOut.has(key)) && !people.some((id) => without.has(id));
}

/** The wish that the picks make: nothing is said of paths or people unless some are left out. */
export function wishOf(picks: MergePicks, { groups, conflicts, people }: Offer): MergeWish {
  const behind = groups.filter(({ key }) => picks.leftOut.has(key));
  const taken = groups.filter(({ key }) => !picks.leftOut.has(key));
  const stays = behind.flatMap(pathsOf);
  const contested = conflicts.filter(({ path }) => !stays.some((one) => path === one || path.startsWith(`${one}/`)));
  const choices = contested.flatMap(({ path, choices: possible }) => {
    const choice = picks.choices.get(path);
    return choice === undefined || !possible.includes(choice) ? [] : [{ path, choice }];
  });
  return {
    paths: behind.length === 0 ? null : [...new Set([...taken.flatMap(pathsOf), ...contested.map(({ path }) => path)])],
    authors: people.some((id) => picks.without.has(id)) ? people.filter((id) => !picks.without.has(id)) : null,
    choices,
  };
}

/** The paths of a part: a section or a record as a whole; of the document's own facts, each that changed. */
function pathsOf({ key, changes }: ChangeGroup): string[] {
  return key === "" ? changes.map(({ change }) => change.path) : [key];
}

/** The same picks with something put in or left out. */
export function toggled(set: ReadonlySet<string>, value: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (isIn) next.add(value);
  else next.delete(value);
  return next;
}

/** Why the button does nothing yet, beyond what the studio says: conflicts wait for a choice, nothing is picked. */
export function unsettled(conflicts: readonly Conflict[], picks: MergePicks): Conflict[] {
  return conflicts.filter(({ path, choice }) => choice === null && !picks.choices.has(path));
}
