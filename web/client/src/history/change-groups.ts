// The changes between two positions by what they belong to: the document's facts, its style, each section.
import type { KindName } from "../api/addresses";
import { placeAt, type Place } from "./field-names";
import type { Change, Content } from "./requests";

export interface PlacedChange {
  change: Change;
  place: Place;
}

export interface ChangeGroup {
  key: string;
  name: string;
  /** The kind of a song's section, for its hue. */
  sectionKind: string | null;
  /** The entry itself came or went. */
  came: Change | null;
  went: Change | null;
  moved: Change | null;
  changes: PlacedChange[];
}

/** Groups in the order in which the document has them. */
export function groupsOf(kind: KindName, changes: readonly Change[], before: Content, after: Content): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>();
  for (const change of changes) {
    const place = placeAt(kind, change.path, change.change === "remove" ? [before, after] : [after, before]);
    const { key, name, sectionKind } = place.group;
    const group = groups.get(key) ?? { key, name, sectionKind, came: null, went: null, moved: null, changes: [] };
    groups.set(key, group);
    const isWhole = place.field === null && place.group.isEntry;
    if (isWhole && change.change === "add") group.came = change;
    else if (isWhole && change.change === "remove") group.went = change;
    else if (isWhole && change.change === "move") group.moved = change;
    else group.changes.push({ change, place });
  }
  return [...groups.values()];
}

/** How many things a reader sees changed. */
export function countOf(groups: readonly ChangeGroup[]): number {
  return groups.reduce(
    (sum, { came, went, moved, changes }) => sum + [came, went, moved].filter(Boolean).length + changes.length,
    0,
  );
}
