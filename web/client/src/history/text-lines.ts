// A difference of two texts as lines: one below the other or side by side, with what stayed the same folded.
import type { Author, Span } from "./requests";

export interface Piece {
  change: Span["change"];
  text: string;
  author: Author | null;
}

export interface Line {
  pieces: Piece[];
  /** How the line as a whole reads: a sign in the margin says it. */
  change: "equal" | "insert" | "delete" | "both";
}

/** The same place in both texts; null: the other text has a line there that this one has not. */
export interface Row {
  old: Line | null;
  new: Line | null;
  isEqual: boolean;
}

/** What is shown, or how many lines are not. */
export type Fold<Item> = { type: "shown"; items: Item[] } | { type: "folded"; items: Item[] };

/** Unchanged lines that stay around a change. */
const CONTEXT_LINES = 2;
/** Fewer hidden lines than this would cost a line to save little. */
const FOLDED_LINES_MIN = 4;

/** What one person typed or deleted letter by letter, as one stretch: the newest update that had a part in it speaks. */
export function joinedSpans(spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const span of spans) {
    const last = found.at(-1);
    if (last?.change !== span.change || last.author?.person_id !== span.author?.person_id) {
      found.push(span);
      continue;
    }
    const author = (last.author?.position ?? 0) > (span.author?.position ?? 0) ? last.author : span.author;
    found[found.length - 1] = { ...span, text: last.text + span.text, author };
  }
  return found;
}

/** Every line of both texts in one column. A line that ended in one text only ends with the sign of its end. */
export function inlineLines(spans: readonly Span[]): Line[] {
  const lines: Piece[][] = [[]];
  for (const span of spans) {
    span.text.split("\n").forEach((text, index) => {
      if (index > 0) {
        if (span.change !== "equal") lines.at(-1)?.push({ ...span, text: "\n" });
        lines.push([]);
      }
      if (text !== "") lines.at(-1)?.push({ ...span, text });
    });
  }
  return trimmed(lines.map(lineOf));
}

/** Both texts beside each other: lines that end in both stand at the same height. */
export function sideBySide(spans: readonly Span[]): Row[] {
  const rows: Row[] = [];
  let [old, fresh]: [Piece[][], Piece[][]] = [[[]], [[]]];
  const flush = () => {
    const length = Math.max(old.length, fresh.length);
    for (let index = 0; index < length; index++) rows.push(rowOf(old[index], fresh[index]));
    [old, fresh] = [[[]], [[]]];
  };
  for (const span of spans) {
    span.text.split("\n").forEach((text, index) => {
      if (index > 0) {
        if (span.change === "equal") flush();
        else if (span.change === "insert") fresh.push([]);
        else old.push([]);
      }
      if (text === "") return;
      if (span.change !== "insert") old.at(-1)?.push({ ...span, text });
      if (span.change !== "delete") fresh.at(-1)?.push({ ...span, text });
    });
  }
  flush();
  return rows;
}

/** Hides long stretches of what did not change. `isEqual` says which items did not. */
export function folded<Item>(items: readonly Item[], isEqual: (item: Item) => boolean): Fold<Item>[] {
  const isNear = items.map((_, index) =>
    items.slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1).some((item) => !isEqual(item)),
  );
  const folds: Fold<Item>[] = [];
  items.forEach((item, index) => {
    const type = isNear[index] === true ? "shown" : "folded";
    const last = folds.at(-1);
    if (last?.type === type) last.items.push(item);
    else folds.push({ type, items: [item] });
  });
  return joined(folds.map((fold) => (fold.items.length < FOLDED_LINES_MIN ? { ...fold, type: "shown" } : fold)));
}

/** Words that came and went. */
export function wordCounts(spans: readonly Span[]): { inserted: number; deleted: number } {
  const count = (change: Span["change"]) =>
    spans
      .filter((span) => span.change === change)
      .reduce((sum, span) => sum + (span.text.match(/\S+/gu)?.length ?? 0), 0);
  return { inserted: count("insert"), deleted: count("delete") };
}

/** The people who wrote or deleted something in these pieces, each once. */
export function authorsIn(pieces: readonly Piece[]): Author[] {
  const found = new Map<string, Author>();
  for (const { author } of pieces) {
    const known = author === null ? undefined : found.get(author.person_id);
    if (author !== null && (known === undefined || known.position < author.position))
      found.set(author.person_id, author);
  }
  return [...found.values()];
}

function lineOf(pieces: Piece[]): Line {
  const changes = new Set(pieces.map(({ change }) => change));
  const only = changes.size === 1 ? [...changes][0] : undefined;
  return { pieces, change: only ?? (changes.size === 0 ? "equal" : "both") };
}

function rowOf(old: Piece[] | undefined, fresh: Piece[] | undefined): Row {
  const sides = { old: old === undefined ? null : lineOf(old), new: fresh === undefined ? null : lineOf(fresh) };
  return { ...sides, isEqual: sides.old?.change === "equal" && sides.new?.change === "equal" };
}

/** A text that ends with a line end has no line after it. */
function trimmed(lines: Line[]): Line[] {
  return lines.length > 1 && lines.at(-1)?.pieces.length === 0 ? lines.slice(0, -1) : lines;
}

function joined<Item>(folds: readonly Fold<Item>[]): Fold<Item>[] {
  const found: Fold<Item>[] = [];
  for (const fold of folds) {
    const last = found.at(-1);
    if (last?.type === fold.type) last.items.push(...fold.items);
    else found.push({ type: fold.type, items: [...fold.items] });
  }
  return found;
}
