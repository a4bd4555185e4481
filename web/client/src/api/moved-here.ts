// What this tab has just thrown away or taken back: lists of the studio are a moment behind, and would undo it on screen.
import type { Schemas } from "./client";

/** Milliseconds an answer may be older than what was done here; news asks for lists once more after that. */
const BEHIND_MS = 14_000;

type Place = "library" | "trash" | "nowhere";

const moved = new Map<string, { to: Place; at: number }>();

/** A document goes to the trash, back to the library, or is erased. */
export function moveHere(documentId: string, to: Place): void {
  for (const [id, { at }] of moved) if (isOld(at)) moved.delete(id);
  moved.set(documentId, { to, at: Date.now() });
}

/** It came to nothing: what the studio says holds. */
export function forgetMove(documentId: string): void {
  moved.delete(documentId);
}

/** The documents of an answer, without those that are elsewhere by now. */
export function withoutMoved(items: Schemas["DocumentItem"][]): Schemas["DocumentItem"][] {
  return items.filter(({ id, trashed_at }) => {
    const move = moved.get(id);
    return move === undefined || isOld(move.at) || move.to === (trashed_at === null ? "library" : "trash");
  });
}

function isOld(at: number): boolean {
  return Date.now() - at > BEHIND_MS;
}
