// Around a document's editor, or a page about it: its open threads, read once the document is there to be written in.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { mayComment } from "../api/roles";
import { showProblem } from "../api/problem-toast";
import { useMe } from "../api/use-me";
import { keptWords } from "../collab/kept-words";
import { useLater } from "../ui/use-later";
import { CommentDesk, DeskProvider, type Target } from "./comment-desk";
import { readThread, threadsQuery } from "./requests";

export function CommentsProvider({ documentId, children }: { documentId: string; children: ReactNode }) {
  const [desk] = useState(() => new CommentDesk());
  const isTime = useLater();
  const role = useMe()?.role;
  const client = useQueryClient();
  const { data } = useQuery({ ...threadsQuery(documentId, "open"), enabled: isTime });
  useEffect(() => {
    desk.mayComment = mayComment(role);
  }, [desk, role]);
  useEffect(() => {
    if (data !== undefined) desk.setThreads(data);
  }, [desk, data]);
  useEffect(() => {
    const begun = begunAbout(documentId);
    if (begun !== null) desk.restore(begun);
  }, [desk, documentId]);
  useEffect(() => openNamed(desk, client.invalidateQueries.bind(client)), [desk, client]);
  return <DeskProvider value={desk}>{children}</DeskProvider>;
}

/** The names under which what is begun is kept. */
export function keptNew(documentId: string): { words: string; about: string } {
  return { words: `${documentId}:new`, about: `${documentId}:about` };
}

function begunAbout(documentId: string): Target | null {
  const { words, about } = keptNew(documentId);
  if (keptWords(words) === "") return null;
  try {
    return JSON.parse(keptWords(about)) as Target;
  } catch {
    return { anchor: { path: "", from: null, to: null }, quote: "" };
  }
}

/** Opens the thread that the address names, e.g. because the inbox led here. */
function openNamed(desk: CommentDesk, refresh: () => unknown): () => void {
  let isOver = false;
  const look = () => {
    const id = new URLSearchParams(location.search).get("comment");
    if (id === null) return;
    history.replaceState(history.state, "", location.pathname);
    readThread(id).then(
      (thread) => {
        if (!isOver) desk.comeFor(thread);
        void refresh();
      },
      (error: unknown) => showProblem(error),
    );
  };
  look();
  addEventListener("popstate", look);
  return () => {
    isOver = true;
    removeEventListener("popstate", look);
  };
}
