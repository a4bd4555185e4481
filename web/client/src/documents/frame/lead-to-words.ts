// Leads whoever came for a thread to its words: the page is still being built then, and grows above them meanwhile.
import type * as Y from "yjs";
import type { CommentDesk } from "../../comments/comment-desk";
import type { Thread } from "../../comments/requests";
import { wordsOf } from "../../comments/words";
import { pathOf } from "../../collab/path";
import { textAt } from "../../collab/values";
import { elementAt, goToPlace } from "./go-to-place";

/** Milliseconds within which the words must be on the page; a song of hundreds of sections takes some. */
const WITHIN_MS = 15_000;
/** Milliseconds for which they are kept in view once they are: what is above them may still grow. */
const STAYS_MS = 1200;
/** Signs that somebody goes elsewhere by themselves. */
const WAYS = ["wheel", "touchmove", "pointerdown", "keydown"] as const;

/** Brings the words of a thread into view as soon as they are on the page. Returns how to call it off. */
export function leadToWords(desk: CommentDesk, thread: Thread, doc: () => Y.Doc): () => void {
  const until = performance.now() + WITHIN_MS;
  let frame = 0;
  let seenSince: number | null = null;
  const stop = () => {
    cancelAnimationFrame(frame);
    WAYS.forEach((way) => removeEventListener(way, stop, { capture: true }));
  };
  const look = () => {
    const now = performance.now();
    const { box, isWhole, first } = boxOf(desk, thread, doc());
    if (box !== null) centre(box, first);
    if (isWhole && seenSince === null) {
      seenSince = now;
      // Words are marked as long as their thread is looked at; a field for a moment.
      if (thread.from === null || thread.state === "resolved") goToPlace(thread.path);
    }
    if (now < (seenSince === null ? until : seenSince + STAYS_MS)) frame = requestAnimationFrame(look);
    else stop();
  };
  WAYS.forEach((way) => addEventListener(way, stop, { capture: true, passive: true }));
  frame = requestAnimationFrame(look);
  return stop;
}

interface Seen {
  box: DOMRect | null;
  isWhole: boolean;
  /** Down to here things stick over the words: the bar, and a strip with the parts of the document where it is narrow. */
  first: number;
}

/** Where the words are in the window, or as long as they are not built what is nearest around them. */
function boxOf(desk: CommentDesk, thread: Thread, doc: Y.Doc): Seen {
  const element = elementAt(thread.path);
  if (element === null) return { box: null, isWhole: false, first: 0 };
  const first = parseFloat(getComputedStyle(element).scrollMarginTop);
  const isField = element.dataset["place"] === thread.path;
  const shared = textAt(doc, pathOf(thread.path));
  const words = shared === null ? null : wordsOf(shared, thread);
  if (words === null) return { box: element.getBoundingClientRect(), isWhole: isField, first };
  const view = desk.texts.get(thread.path)?.view;
  const [start, end] = [view?.coordsAtPos(words.from, 1), view?.coordsAtPos(words.to, -1)];
  if (start == null || end == null) return { box: element.getBoundingClientRect(), isWhole: false, first };
  return { box: new DOMRect(start.left, start.top, 0, end.bottom - start.top), isWhole: true, first };
}

/** Scrolls what is not wholly in view to the middle of what is free: from `first` to the sheet of comments. */
function centre({ top, height }: DOMRect, first: number): void {
  const sheet = document.querySelector(".comments")?.getBoundingClientRect();
  const last = sheet === undefined || sheet.left > 0 ? innerHeight : sheet.top;
  const room = last - first;
  if (top >= first && top + height <= last) return;
  // Of what is higher than the room, the beginning.
  const wanted = first + Math.max(0, (room - height) / 2);
  scrollBy({ top: top - wanted, behavior: "instant" });
}
