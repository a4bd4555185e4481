// What the palette lists for what is typed: actions by their names, documents as the studio found them.
import type { ReactNode } from "react";
import { isKindName, KINDS } from "../api/addresses";
import type { Schemas } from "../api/client";
import { isOff, type Action } from "../ui/actions";
import { plain } from "../ui/words";

export type PaletteEntry = { id: string; name: string; detail: string } & (
  { type: "action"; icon: ReactNode; keys: string | null; run: () => void } | { type: "document"; kind: string }
);

export interface PaletteSection {
  name: string;
  entries: PaletteEntry[];
}

/** Documents shown while nothing is typed. */
const RECENT_SHOWN = 6;
const NOT_LISTED = new Set(["palette"]);

/**
 * The sections of the palette, best first; empty ones left out. Documents that were found for what was typed a moment
 * ago (`isAnswer` is false) stay as long as their titles fit: Enter must not open what nobody asked for.
 */
export function entriesFor(
  text: string,
  actions: readonly Action[],
  documents: readonly Schemas["DocumentItem"][],
  isAnswer: boolean,
): PaletteSection[] {
  const found = actions
    .flatMap((action) => actionEntry(action, text))
    .sort((one, other) => other.score - one.score)
    .map(({ entry }) => entry);
  const typed = text.trim();
  const fitting = isAnswer ? [...documents] : documents.filter(({ title }) => matchScore(text, title) > 0);
  // Found by a title beats found by words inside.
  const shown =
    typed === ""
      ? fitting.slice(0, RECENT_SHOWN)
      : fitting.sort((one, other) => matchScore(text, other.title) - matchScore(text, one.title));
  const sections = [
    { name: typed === "" ? "Recent" : "Documents", entries: shown.map(documentEntry) },
    { name: "Actions and pages", entries: found },
  ];
  return sections.filter((section) => section.entries.length > 0);
}

/** How well a name answers what is typed: 0 not at all; the start of the name beats the start of a later word. */
export function matchScore(typed: string, name: string): number {
  const wanted = wordsOf(typed);
  if (wanted.length === 0) return 1;
  const words = wordsOf(name);
  const scores = wanted.map((part) => {
    const index = words.findIndex((word) => word.startsWith(part));
    if (index >= 0) return index === 0 ? 4 : 3;
    return words.some((word) => word.includes(part)) ? 2 : 0;
  });
  return scores.some((score) => score === 0)
    ? 0
    : scores.reduce<number>((sum, score) => sum + score, 0) / scores.length;
}

function actionEntry(action: Action, text: string): { score: number; entry: PaletteEntry }[] {
  const { id, name, group = "", icon = null, keys = null, run } = action;
  if (run === undefined || isOff(action) || NOT_LISTED.has(id)) return [];
  const score = Math.max(matchScore(text, name), matchScore(text, `${group} ${name}`) * 0.9);
  return score === 0 ? [] : [{ score, entry: { type: "action", id, name, detail: "", icon, keys, run } }];
}

function documentEntry({ id, kind, title }: Schemas["DocumentItem"]): PaletteEntry {
  return { type: "document", id, kind, name: title, detail: isKindName(kind) ? KINDS[kind].name : kind };
}

function wordsOf(text: string): string[] {
  return plain(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}
