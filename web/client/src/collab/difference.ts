// What one copy of a document holds that another does not, field by field; and writing such a difference into a copy.
import * as Y from "yjs";
import { isWithin, type Path } from "./path";
import { kindOf, pathAt, rootsOf, type Spot } from "./shape";
import { rewrite } from "./text-edits";

/** One field that differs. `before` and `mine` are JSON; undefined: nothing is there. */
export interface Difference {
  readonly path: Path;
  readonly before: unknown;
  readonly mine: unknown;
  /** Where it lies in the CRDT; null: in a root of a kind the product does not know, so it can only be shown. */
  readonly spot: Spot | null;
  /** The content itself, in the document that holds it. */
  readonly content: unknown;
}

type YMap = Y.Map<unknown>;

/** What `mine` holds differently from `theirs`, in the order of the document's roots. */
export function differencesBetween(theirs: Y.Doc, mine: Y.Doc): Difference[] {
  const kind = kindOf(mine);
  const known = rootsOf(kind);
  const found: Difference[] = [];
  for (const [root, type] of known) {
    const spot: Spot = { root, keys: [] };
    const [before, after] =
      type === "text" ? [theirs.getText(root), mine.getText(root)] : [theirs.getMap(root), mine.getMap(root)];
    compare(found, spot, before, after, (keys) => pathAt(kind, { root, keys }));
  }
  for (const root of mine.share.keys()) {
    if (known.has(root)) continue;
    const [before, after] = [unknownRoot(theirs, root), unknownRoot(mine, root)];
    if (!isSame(before, after)) found.push({ path: [root], before, mine: after, spot: null, content: after });
  }
  return found;
}

/**
 * Writes a difference into a copy, in a transaction of its own, without what lies at blocked places.
 *
 * Returns what was left out; all of it when it cannot be written at all.
 */
export function writeDifference(doc: Y.Doc, one: Difference, blocked: readonly Path[], origin: unknown): Difference[] {
  const { spot, path } = one;
  if (!spot || blocked.some((place) => isWithin(path, place))) return [one];
  const isInside = blocked.some((place) => isWithin(place, path));
  if (isInside && !(one.content instanceof Y.Map)) return [one];
  const leftOut: Difference[] = [];
  const isWritten = doc.transact(() => write(doc, one, spot, blocked, leftOut), origin);
  return isWritten ? leftOut : [one];
}

function write(doc: Y.Doc, one: Difference, spot: Spot, blocked: readonly Path[], leftOut: Difference[]): boolean {
  if (spot.keys.length === 0) {
    rewrite(doc.getText(spot.root), textOf(one.content));
    return true;
  }
  let map: unknown = doc.getMap(spot.root);
  for (const key of spot.keys.slice(0, -1)) map = map instanceof Y.Map ? map.get(key) : undefined;
  const key = spot.keys.at(-1) ?? "";
  // The entry around it was removed meanwhile.
  if (!(map instanceof Y.Map)) return false;
  const present: unknown = map.get(key);
  if (one.content instanceof Y.Text && present instanceof Y.Text) rewrite(present, one.content.toJSON());
  else if (one.content === undefined) map.delete(key);
  else map.set(key, copyOf(one.content, one.path, blocked, leftOut));
  return true;
}

function compare(found: Difference[], spot: Spot, before: unknown, after: unknown, pathOf: (keys: Path) => Path): void {
  if (before instanceof Y.Map && after instanceof Y.Map) {
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      const inner = { root: spot.root, keys: [...spot.keys, key] };
      compare(found, inner, (before as YMap).get(key), (after as YMap).get(key), pathOf);
    }
    return;
  }
  const [old, mine] = [jsonOf(before), jsonOf(after)];
  const isSameKind = before instanceof Y.AbstractType === after instanceof Y.AbstractType;
  if (isSameKind && isSame(old, mine)) return;
  found.push({ path: pathOf(spot.keys), before: old, mine, spot, content: after });
}

/** A copy of shared content for another document; what lies at blocked places is left out and noted. */
function copyOf(content: unknown, path: Path, blocked: readonly Path[], leftOut: Difference[]): unknown {
  if (content instanceof Y.Map) {
    const copy: YMap = new Y.Map();
    (content as YMap).forEach((value, key) => {
      const inner = [...path, key];
      if (blocked.some((place) => isWithin(inner, place))) {
        leftOut.push({ path: inner, before: undefined, mine: jsonOf(value), spot: null, content: value });
      } else {
        copy.set(key, copyOf(value, inner, blocked, leftOut));
      }
    });
    return copy;
  }
  return content instanceof Y.AbstractType ? content.clone() : content;
}

/** What a root holds that belongs to no field: its type follows from its content. */
function unknownRoot(doc: Y.Doc, name: string): unknown {
  const root = doc.share.get(name);
  if (!root) return undefined;
  if (root._map.size > 0) return doc.getMap(name).toJSON();
  if (!root._start) return undefined;
  return root._start.content instanceof Y.ContentString ? doc.getText(name).toJSON() : doc.getArray(name).toJSON();
}

function textOf(content: unknown): string {
  return content instanceof Y.Text ? content.toJSON() : "";
}

function jsonOf(content: unknown): unknown {
  return content instanceof Y.AbstractType ? (content.toJSON() as unknown) : content;
}

function isSame(first: unknown, second: unknown): boolean {
  return first === second || JSON.stringify(first) === JSON.stringify(second);
}
