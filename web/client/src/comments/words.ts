// The words a thread is about, between the offsets an editor counts and the positions that stay true while people type.
import * as Y from "yjs";
import type { RelativePlace, Thread } from "./requests";

export interface Words {
  from: number;
  to: number;
}

/** Names the words between two offsets of a text by the units beside them. */
export function anchorOf(text: Y.Text, from: number, to: number): { from: RelativePlace; to: RelativePlace } {
  return { from: placeOf(text, from, 0), to: placeOf(text, to, -1) };
}

function placeOf(text: Y.Text, offset: number, side: number): RelativePlace {
  const { type, tname, item, assoc } = Y.createRelativePositionFromTypeIndex(text, offset, side);
  return { type: unit(type), tname: tname ?? null, item: unit(item), assoc };
}

function unit(id: Y.ID | null): { client: number; clock: number } | null {
  return id === null ? null : { client: id.client, clock: id.clock };
}

/** Where the words of a thread are in this text now; null: it is about none, or they are gone. */
export function wordsOf(text: Y.Text, thread: Pick<Thread, "from" | "to">): Words | null {
  if (text.doc === null || thread.from === null || thread.to === null) return null;
  const from = offsetOf(text, text.doc, thread.from);
  const to = offsetOf(text, text.doc, thread.to);
  return from === null || to === null || from >= to ? null : { from, to };
}

function offsetOf(text: Y.Text, doc: Y.Doc, place: RelativePlace): number | null {
  const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(place), doc);
  return found?.type === text ? found.index : null;
}
