// Entities as other parts of a world name them: by id in the document, by name on the screen.
import { useMemo } from "react";
import type * as Y from "yjs";
import { useValue } from "../../collab/context";
import type { Path } from "../../collab/path";
import { entriesAt } from "../../collab/values";
import type { Suggestion } from "../fields/suggest-input";

export const ENTITIES: Path = ["entities"];
const PATHS: readonly Path[] = [ENTITIES];

/** The kind of an entity; null: it has none, or one the product does not know. */
export function kindOfEntity(map: Y.Map<unknown>): string | null {
  const kind = map.get("kind");
  return typeof kind === "string" ? kind : null;
}

/** Every entity with its name, to choose from. */
export function useEntityNames(): readonly Suggestion[] {
  const pairs = useValue(readNames, PATHS);
  return useMemo(() => pairs.map(([value, name]) => ({ value, name })), [pairs]);
}

function readNames(doc: Y.Doc): [string, string][] {
  return entriesAt(doc, ENTITIES).map(({ id, map }, index) => {
    const name = map.get("name");
    return [id, typeof name === "string" && name.trim() !== "" ? name : `Entity ${index + 1}`];
  });
}

/** How many entities there are of each kind. */
export function useKindCounts(): Readonly<Record<string, number>> {
  return useValue(readCounts, PATHS);
}

function readCounts(doc: Y.Doc): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { map } of entriesAt(doc, ENTITIES)) {
    const kind = kindOfEntity(map);
    if (kind !== null) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
