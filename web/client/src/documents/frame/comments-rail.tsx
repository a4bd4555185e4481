// Comments beside the editor of a document: the rail, the button in the bar, the keys, the way to the words.
import { useQueryClient } from "@tanstack/react-query";
import { MessageSquare } from "lucide-react";
import { useCallback, useEffect, useRef } from "react";
import { keys } from "../../api/queries";
import { mayComment } from "../../api/roles";
import { useDocument, useSessionPart } from "../../collab/context";
import { useDesk, useDeskPart, type CommentDesk } from "../../comments/comment-desk";
import { CommentsPanel } from "../../comments/comments-panel";
import type { Thread } from "../../comments/requests";
import { wordsOf } from "../../comments/words";
import { useActions } from "../../ui/actions";
import { textAt } from "../../collab/values";
import { pathOf } from "../../collab/path";
import { capitalised } from "../../ui/words";
import { announce } from "../fields/announce";
import { goToPlace } from "./go-to-place";
import { leadToWords } from "./lead-to-words";
import { placeName } from "./place-name";

/** Milliseconds of rest after which it is asked where edits have left the words: a revert may have brought some back. */
const ASKS_AFTER_MS = 2000;
/** Frames within which an editor that was far away is built. */
const FRAMES_MAX = 90;
/** Under this width the rail is a sheet over the words. */
const SHEET = "(max-width: 760px)";

export function CommentsRail() {
  const session = useDocument();
  const generation = useSessionPart("generation");
  const desk = useDesk();
  useStaleAfterEdits();
  useLastPlace(desk);
  useWay(desk);
  const isOpen = useDeskPart("isOpen");
  const role = useSessionPart("role");
  useActions([
    {
      id: "comments",
      name: isOpen ? "Close comments" : "Comments of this document",
      group: "Document",
      keys: "G C",
      icon: <MessageSquare aria-hidden />,
      run: () => (isOpen ? desk.close() : desk.open()),
    },
    {
      id: "comment",
      name: "Comment on what is selected, or on this field",
      group: "Document",
      keys: "Mod+Alt+M",
      evenInText: true,
      icon: <MessageSquare aria-hidden />,
      run: () => {
        if (mayComment(role)) desk.beginHere();
        // The panel says why one may not.
        else desk.open();
      },
    },
  ]);
  const nameOf = useCallback(
    (path: string) => capitalised(path === "" ? "the document" : placeName(session.doc, session.kind, path)),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- The document is another one after a refusal.
    [session, generation],
  );
  const show = useCallback(
    (thread: Thread) => {
      if (thread.path === "") return;
      if (!goToPlace(thread.path)) {
        announce("What this is about is not on the page any more.");
        return;
      }
      if (matchMedia(SHEET).matches) desk.close();
      enter(desk, thread, () => textAt(session.doc, pathOf(thread.path)), FRAMES_MAX);
    },
    [session, desk],
  );
  return <CommentsPanel documentId={session.id} nameOf={nameOf} onShow={show} />;
}

/** Leads whoever came for a thread to its words; one whose words are gone just opens. */
function useWay(desk: CommentDesk): void {
  const session = useDocument();
  const thread = useDeskPart("cameFor");
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (thread === null) return;
    desk.arrived();
    stop.current();
    // Asked for each time: the document is another one after a refusal.
    if (thread.path !== "" && !thread.is_orphaned) stop.current = leadToWords(desk, thread, () => session.doc);
  }, [desk, thread, session]);
  useEffect(() => () => stop.current(), []);
}

/** Puts the focus into the words, once their editor is there. */
function enter(desk: CommentDesk, thread: Thread, text: () => ReturnType<typeof textAt>, framesLeft: number): void {
  const shown = desk.texts.get(thread.path);
  const shared = text();
  if (shown !== undefined && shared !== null) {
    const words = wordsOf(shared, thread);
    shown.view.dispatch({
      ...(words === null ? {} : { selection: { anchor: words.from } }),
      scrollIntoView: words !== null,
    });
    shown.view.focus();
    return;
  }
  if (shared === null) {
    document
      .querySelector<HTMLElement>(`[data-place="${CSS.escape(thread.path)}"] :is(input, button, textarea)`)
      ?.focus();
    return;
  }
  if (framesLeft > 0) requestAnimationFrame(() => enter(desk, thread, text, framesLeft - 1));
}

/** Answers about where words are become old by edits; asked again when hands rest. */
function useStaleAfterEdits(): void {
  const session = useDocument();
  const generation = useSessionPart("generation");
  const desk = useDesk();
  const client = useQueryClient();
  useEffect(() => {
    const { doc } = session;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      if (desk.getState().threads.length === 0) return;
      clearTimeout(timer);
      timer = setTimeout(
        () => void client.invalidateQueries({ queryKey: [...keys.comments, session.id] }),
        ASKS_AFTER_MS,
      );
    };
    doc.on("update", later);
    return () => {
      clearTimeout(timer);
      doc.off("update", later);
    };
  }, [session, generation, desk, client]);
}

/** Remembers which field one was in last, for when the focus is in the palette or the panel. */
function useLastPlace(desk: CommentDesk): void {
  useEffect(() => {
    const look = ({ target }: FocusEvent) => {
      const place =
        target instanceof Element ? target.closest<HTMLElement>("[data-place]")?.dataset["place"] : undefined;
      if (place !== undefined) desk.lastPlace = place;
    };
    addEventListener("focusin", look);
    return () => removeEventListener("focusin", look);
  }, [desk]);
}
