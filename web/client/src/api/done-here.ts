// What this tab has just thrown away, taken back or renamed: lists are a moment behind, and would undo it on screen.
import type { Schemas } from "./client";

/** Milliseconds an answer may be older than what was done here; news asks for lists once more after that. */
const BEHIND_MS = 14_000;

type Place = "library" | "trash" | "nowhere";

const moved = new Map<string, { to: Place; at: number }>();
/** New titles, and the positions of the log from which on they hold. */
const renamed = new Map<string, { title: string; position: number }>();

/** A document goes to the trash, back to the library, or is erased. */
export function moveHere(documentId: string, to: Place): void {
  for (const [id, { at }] of moved) if (isOld(at)) moved.delete(id);
  moved.set(documentId, { to, at: Date.now() });
}

/** It came to nothing: what the studio says holds. */
export function forgetMove(documentId: string): void {
  moved.delete(documentId);
}

/** A document has another title since an edit at this position of the log. */
export function renameHere(documentId: string, title: string, position: number): void {
  renamed.set(documentId, { title, position });
}

/** The documents of an answer as they are by now: without those that are elsewhere, under the titles given here. */
export function asDoneHere(items: Schemas["DocumentItem"][]): Schemas["DocumentItem"][] {
  return items.filter(isStillThere).map(withTitle);
}

function isStillThere({ id, trashed_at: trashedAt }: Schemas["DocumentItem"]): boolean {
  const move = moved.get(id);
  return move === undefined || isOld(move.at) || move.to === (trashedAt === null ? "library" : "trash");
}

function withTitle(item: Schemas["DocumentItem"]): Schemas["DocumentItem"] {
  const name = renamed.get(item.id);
  // From that position on the list knows the edit, and maybe later ones.
  return name !== undefined && item.position < name.position ? { ...item, title: name.title } : item;
}

function isOld(at: number): boolean {
  return Date.now() - at > BEHIND_MS;
}
