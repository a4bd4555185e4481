// The threads of a document, as a rail beside it; on phones a sheet over it.
import { useQuery } from "@tanstack/react-query";
import { MessageSquare, MessageSquarePlus, X } from "lucide-react";
import { useEffect, useMemo, useRef, type KeyboardEvent, type RefObject } from "react";
import { Problem } from "../api/client";
import { unreadQuery, useMarkRead } from "../api/inbox";
import { mayComment as mayCommentAs } from "../api/roles";
import { useMe } from "../api/use-me";
import { keepWords } from "../collab/kept-words";
import { Button, IconButton } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Failure } from "../ui/failure";
import { Segments } from "../ui/segments";
import { Skeleton } from "../ui/skeleton";
import { useLeadOn } from "../ui/use-lead-on";
import { useDesk, useDeskPart } from "./comment-desk";
import { keptNew } from "./comments-provider";
import "./comments-panel.css";
import { MessageBox } from "./message-box";
import { unreadThreads, type News } from "./new-for-me";
import { threadsQuery, useChange, type Thread, type ThreadState } from "./requests";
import { ThreadCard } from "./thread-card";

const FILTERS: readonly { value: ThreadState; name: string }[] = [
  { value: "open", name: "Open" },
  { value: "resolved", name: "Resolved" },
];

export interface CommentsPanelProps {
  documentId: string;
  /** What people call a place, given as a JSON Pointer. */
  nameOf: (path: string) => string;
  /** Shows what a thread is about. */
  onShow: (thread: Thread) => void;
}

/** Goes inside a CommentsProvider. Shows nothing until the desk is opened. */
export function CommentsPanel(props: CommentsPanelProps) {
  return useDeskPart("isOpen") ? <OpenPanel {...props} /> : null;
}

function OpenPanel({ documentId, nameOf, onShow }: CommentsPanelProps) {
  const desk = useDesk();
  const filter = useDeskPart("filter");
  const target = useDeskPart("target");
  const asked = useDeskPart("asked");
  const role = useMe()?.role;
  const mayComment = mayCommentAs(role);
  const panel = useRef<HTMLElement>(null);
  const cameFrom = useRef<Element | null>(null);
  useEffect(() => {
    cameFrom.current = document.activeElement;
    if (desk.getState().activeId === null && desk.getState().target === null) panel.current?.focus();
  }, [desk]);
  const close = () => {
    desk.close();
    if (cameFrom.current instanceof HTMLElement) cameFrom.current.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from wherever one is in it.
    <aside ref={panel} tabIndex={-1} className="comments" aria-label="Comments" onKeyDown={onKeyDown}>
      <header className="comments__head">
        <h2>Comments</h2>
        {mayComment && (
          <IconButton
            size="small"
            label="Comment on the document"
            icon={<MessageSquarePlus size={18} aria-hidden />}
            onPress={() => desk.begin({ anchor: { path: "", from: null, to: null }, quote: "" })}
          />
        )}
        <IconButton size="small" label="Close comments" icon={<X size={18} aria-hidden />} onPress={close} />
      </header>
      <div className="comments__filter">
        <Segments
          label="Threads shown"
          hideLabel
          choices={FILTERS}
          value={filter}
          onChange={(next) => desk.show(next)}
        />
      </div>
      <div className="comments__list">
        {role !== undefined && !mayComment && (
          <p className="comments__why">
            You are a viewer here: you can read comments. To write some, ask an owner for the role of a commenter.
          </p>
        )}
        {target !== null && mayComment && (
          <Composer
            key={asked}
            documentId={documentId}
            place={nameOf(target.anchor.path)}
            onGone={() => panel.current?.focus()}
          />
        )}
        <Threads documentId={documentId} nameOf={nameOf} onShow={onShow} mayComment={mayComment} panel={panel} />
      </div>
    </aside>
  );
}

/** Where a new thread is written. */
function Composer({ documentId, place, onGone }: { documentId: string; place: string; onGone: () => void }) {
  const desk = useDesk();
  const target = useDeskPart("target");
  const { mutateAsync } = useChange(documentId, { isInline: true });
  const kept = keptNew(documentId);
  useEffect(() => {
    if (target !== null) keepWords(kept.about, JSON.stringify(target));
  }, [kept.about, target]);
  if (target === null) return null;
  const end = () => {
    keepWords(kept.about, "");
    desk.end();
  };
  return (
    <section className="comments__new" aria-label="New comment">
      <p className="thread__place">{place}</p>
      {target.quote !== "" && <q className="thread__quote">{target.quote}</q>}
      <MessageBox
        label={`Comment on ${place}`}
        placeholder="What do you think?"
        action="Comment"
        hasFocus
        keptAs={kept.words}
        send={async (text, mentions) => {
          const made = await mutateAsync({ type: "add", anchor: target.anchor, text, mentions });
          end();
          desk.open(made.id);
        }}
        onSent={() => undefined}
        cancel={{
          said: "Comment dropped.",
          onCancel: () => {
            keepWords(kept.about, "");
            if (!desk.giveUp()) onGone();
          },
          // What was begun since stays what it is about.
          onBringBack: () => desk.begin(desk.getState().target ?? target),
        }}
      />
    </section>
  );
}

interface ThreadsProps extends CommentsPanelProps {
  mayComment: boolean;
  panel: RefObject<HTMLElement | null>;
}

function Threads({ documentId, nameOf, onShow, mayComment, panel }: ThreadsProps) {
  const desk = useDesk();
  const filter = useDeskPart("filter");
  const activeId = useDeskPart("activeId");
  const isWriting = useDeskPart("target") !== null;
  const { data, error, refetch } = useQuery(threadsQuery(documentId, filter));
  const threads = useListed(documentId, filter, data);
  const unread = useUnread(activeId);
  const leadOn = useLeadOn((row) => row?.querySelector<HTMLElement>("[data-thread-card]") ?? panel.current);
  if (threads === undefined)
    return error === null ? (
      <Skeleton lines={5} label="Reading the comments" />
    ) : (
      <Failure
        text={error instanceof Problem ? error.message : "The comments could not be read."}
        requestId={error instanceof Problem ? error.requestId : null}
        onRetry={() => void refetch()}
      />
    );
  if (threads.length === 0)
    return isWriting ? null : (
      <EmptyState
        icon={<MessageSquare size={24} aria-hidden />}
        action={
          filter === "open" &&
          mayComment && (
            <Button size="small" onPress={() => desk.beginHere()}>
              Comment
            </Button>
          )
        }
      >
        {filter === "open"
          ? "Nobody has an open question. Select some words, or be in a field, and comment on it."
          : "Nothing is resolved yet."}
      </EmptyState>
    );
  return (
    <ul className="comments__threads" {...leadOn}>
      {threads.map((thread) => (
        <li key={thread.id}>
          <ThreadCard
            thread={thread}
            place={nameOf(thread.path)}
            news={unread.get(thread.id) ?? null}
            mayComment={mayComment}
            onShow={onShow}
          />
        </li>
      ))}
    </ul>
  );
}

/** The threads of a filter, among the open ones those that were resolved while a reply to them was written. */
function useListed(documentId: string, filter: ThreadState, data: Thread[] | undefined): readonly Thread[] | undefined {
  const open = useDeskPart("threads");
  const listed = useDeskPart("listed");
  const isHolding = filter === "open" && listed !== null && listed.length > open.length;
  const resolved = useQuery({ ...threadsQuery(documentId, "resolved"), enabled: isHolding }).data;
  return useMemo(() => {
    if (data === undefined || filter !== "open" || listed === null) return data;
    const asIs = new Set(open.map(({ id }) => id));
    return listed.map((thread) =>
      asIs.has(thread.id)
        ? thread
        : (resolved?.find(({ id }) => id === thread.id) ?? { ...thread, state: "resolved" as const }),
    );
  }, [data, filter, open, listed, resolved]);
}

/** Threads with something unread for me. One that is looked at is read, and stands out for as long as it is. */
function useUnread(activeId: string | null): ReadonlyMap<string, News> {
  const { data } = useQuery(unreadQuery);
  const { mutate } = useMarkRead();
  const items = data?.items;
  useEffect(() => {
    const ids = (items ?? []).filter((item) => item.thread_id === activeId).map(({ id }) => id);
    if (activeId !== null && ids.length > 0) mutate({ ids });
  }, [activeId, items, mutate]);
  return useMemo(() => unreadThreads(items ?? []), [items]);
}
