// Leads to where somebody is: to their field, and in a text that is higher than one sees at once to their caret.
import type { Person } from "../../collab/context";
import type { DocumentSession } from "../../collab/document-session";
import type { CommentDesk } from "../../comments/comment-desk";
import { goToPlace } from "./go-to-place";

/** Frames within which a text that was far away has its editor, and the editor the line of the caret. */
const FRAMES_MAX = 90;

/** Brings the place of somebody into view; false: they are in no field of this page. */
export function goToPerson(person: Person, session: DocumentSession, desk: CommentDesk): boolean {
  if (person.field === null || !goToPlace(person.field)) return false;
  showCaret(person, person.field, session, desk, FRAMES_MAX);
  return true;
}

function showCaret(
  person: Person,
  place: string,
  session: DocumentSession,
  desk: CommentDesk,
  framesLeft: number,
): void {
  const caret = session.presence.cursorsAt(place).find((cursor) => cursor.person.clientId === person.clientId);
  if (caret === undefined) return;
  const view = desk.texts.get(place)?.view;
  // What is low is seen as a whole where the place is shown.
  if (view !== undefined && view.dom.offsetHeight < innerHeight / 2) return;
  const head = Math.min(caret.head, view?.state.doc.length ?? 0);
  const drawn = view?.coordsAtPos(head) ?? null;
  if (view !== undefined) {
    const top = drawn?.top ?? view.documentTop + view.lineBlockAt(head).top;
    scrollBy({ top: top - innerHeight / 2, behavior: "instant" });
  }
  // Where a line is that was never drawn is a guess.
  if (drawn === null && framesLeft > 0)
    requestAnimationFrame(() => showCaret(person, place, session, desk, framesLeft - 1));
}
