// One thread: what it is about, what was said, and what one can do.
import { Check, Pencil, RotateCcw, Trash2, Unlink } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useMe } from "../api/use-me";
import { usePeople } from "../api/use-people";
import { Avatar } from "../ui/avatar";
import { Button, IconButton } from "../ui/button";
import { Chip } from "../ui/chip";
import { classes } from "../ui/classes";
import { toasts } from "../ui/toasts";
import { When } from "../ui/when";
import { useDesk, useDeskPart } from "./comment-desk";
import { pieces } from "./mentions";
import { MessageBox, useMentionable } from "./message-box";
import { firstNew, type News } from "./new-for-me";
import { useChange, type Message, type Thread } from "./requests";
import { hasUnsentReply, replyName } from "./unsent";
import "./thread-card.css";

export interface ThreadCardProps {
  thread: Thread;
  /** What people call the place, e.g. "Chorus, lyrics". */
  place: string;
  /** The oldest that is unread for me; null: nothing is. */
  news: News | null;
  mayComment: boolean;
  /** Shows the words in the document. */
  onShow: (thread: Thread) => void;
}

export function ThreadCard({ thread, place, news, mayComment, onShow }: ThreadCardProps) {
  const desk = useDesk();
  const isActive = useDeskPart("activeId") === thread.id;
  const asked = useDeskPart("asked");
  const card = useRef<HTMLElement>(null);
  const { mutate } = useChange(thread.document_id, { isInline: false });
  useEffect(() => {
    if (!isActive) return;
    card.current?.scrollIntoView({ block: "nearest" });
    // Who writes stays where they write; who came by a link or a key is brought here.
    if (document.activeElement?.closest(".cm-editor") == null) card.current?.focus({ preventScroll: true });
  }, [isActive, asked]);
  const isResolved = thread.state === "resolved";
  const change = () => mutate({ type: isResolved ? "reopen" : "resolve", threadId: thread.id });
  const newId = firstNew(thread.messages, news);
  return (
    <article
      ref={card}
      tabIndex={-1}
      className={classes("thread", isActive && "thread--active", newId !== null && "thread--unread")}
      aria-label={`Thread about ${thread.quote === "" ? place : `“${shortened(thread.quote)}”, ${place}`}`}
      data-thread-card={thread.id}
    >
      <header className="thread__head">
        <button
          type="button"
          className="thread__about"
          onClick={() => {
            desk.look(thread.id);
            onShow(thread);
          }}
        >
          <span className="thread__place">{place}</span>
          {thread.quote !== "" && <q className="thread__quote">{thread.quote}</q>}
          <span className="visually-hidden">Show it in the document</span>
        </button>
        {mayComment && (
          <IconButton
            size="small"
            label={isResolved ? "Reopen" : "Resolve"}
            icon={isResolved ? <RotateCcw size={16} aria-hidden /> : <Check size={16} aria-hidden />}
            onPress={change}
          />
        )}
      </header>
      {(thread.is_orphaned || isResolved) && (
        <p className="thread__states">
          {isResolved && (
            <Chip tone="success" icon={<Check size={12} aria-hidden />}>
              Resolved
            </Chip>
          )}
          {thread.is_orphaned && (
            <Chip tone="warning" icon={<Unlink size={12} aria-hidden />}>
              {thread.from === null && thread.quote === "" ? "Gone from the document" : "These words are gone"}
            </Chip>
          )}
        </p>
      )}
      <ol className="thread__messages">
        {thread.messages.map((message) => (
          <MessageItem
            key={message.id}
            thread={thread}
            message={message}
            isFirstNew={message.id === newId}
            mayComment={mayComment}
          />
        ))}
      </ol>
      {mayComment && <Reply thread={thread} place={place} onReopen={change} />}
    </article>
  );
}

interface ReplyProps {
  thread: Thread;
  place: string;
  onReopen: () => void;
}

/** Where one answers; in a resolved thread only what was begun before it was. */
function Reply({ thread, place, onReopen }: ReplyProps) {
  const desk = useDesk();
  const personOf = usePeople();
  const { mutateAsync } = useChange(thread.document_id, { isInline: true });
  const [isWriting, setWriting] = useState(() => hasUnsentReply(thread));
  const isResolved = thread.state === "resolved";
  const letGo = () => {
    setWriting(false);
    desk.letGo(thread.id);
  };
  if (isResolved && !isWriting) return null;
  const resolver = thread.resolved_by === null ? null : personOf(thread.resolved_by);
  const by = resolver === null ? "This was resolved" : `${resolver.isMe ? "You" : resolver.name} resolved this`;
  return (
    <div className="thread__reply">
      {/* There before there is something to say, or it is not read aloud. */}
      <div role="status">
        {isResolved && (
          <div className="thread__notice">
            <p>{by}, and your reply is not sent. Send it anyway, or reopen the thread first.</p>
            <Button size="small" onPress={onReopen}>
              Reopen the thread
            </Button>
          </div>
        )}
      </div>
      <MessageBox
        label={`Reply about ${place}`}
        placeholder="Reply"
        action="Reply"
        isQuiet
        keptAs={replyName(thread)}
        send={(text, mentions) => mutateAsync({ type: "reply", threadId: thread.id, text, mentions })}
        onSent={() => {
          if (isResolved) toasts.show({ tone: "success", text: "Your reply is sent. The thread stays resolved." });
          letGo();
        }}
        onWords={(isUnsent, isLeft) => {
          if (isUnsent) setWriting(true);
          else if (isLeft) letGo();
        }}
        {...(isResolved && {
          cancel: {
            said: "Reply dropped.",
            onCancel: letGo,
            onBringBack: () => {
              setWriting(true);
              desk.open(thread.id, "resolved");
            },
          },
        })}
      />
    </div>
  );
}

interface MessageItemProps {
  thread: Thread;
  message: Message;
  isFirstNew: boolean;
  mayComment: boolean;
}

function MessageItem({ thread, message, isFirstNew, mayComment }: MessageItemProps) {
  const desk = useDesk();
  const me = useMe();
  const personOf = usePeople();
  const item = useRef<HTMLLIElement>(null);
  const [isEditing, setEditing] = useState(false);
  const { mutate } = useChange(thread.document_id, { isInline: false });
  const { mutateAsync } = useChange(thread.document_id, { isInline: true });
  const { name, colour, isMe: isMine } = personOf(message.person_id);
  const isGone = message.is_removed || message.is_erased;
  const remove = () => {
    mutate(
      { type: "remove", threadId: thread.id, messageId: message.id },
      {
        onSuccess: () => {
          toasts.show({ tone: "plain", text: "The comment was removed." });
          // Its buttons go with it.
          if (item.current?.contains(document.activeElement) === true)
            item.current.closest<HTMLElement>("[data-thread-card]")?.focus();
        },
      },
    );
  };
  const stop = () => {
    flushSync(() => setEditing(false));
    item.current?.querySelector<HTMLElement>(".thread__edit")?.focus();
  };
  return (
    <li ref={item} className={classes("thread__message", isFirstNew && "thread__message--new")}>
      {isFirstNew && (
        <p className="thread__new">
          <Chip tone="accent">New for you</Chip>
        </p>
      )}
      <span aria-hidden>
        <Avatar name={name} colour={colour} size="small" />
      </span>
      <div className="thread__said">
        <p className="thread__who">
          <strong>{name}</strong> <When at={message.at} />
          {message.edited_at !== null && !isGone && <span> · edited</span>}
        </p>
        {isEditing ? (
          <MessageBox
            label="Edit my comment"
            placeholder="Say something"
            action="Save"
            hasFocus
            initial={message.text}
            keptAs={`${thread.document_id}:${message.id}`}
            send={(text, mentions) =>
              mutateAsync({ type: "edit", threadId: thread.id, messageId: message.id, text, mentions })
            }
            onSent={stop}
            cancel={{
              said: "Change dropped.",
              onCancel: stop,
              onBringBack: () => {
                desk.open(thread.id, thread.state);
                setEditing(true);
              },
            }}
          />
        ) : (
          <p className={classes("thread__words", isGone && "thread__words--gone")}>
            {message.is_removed ? "This comment was removed." : <Words message={message} />}
          </p>
        )}
      </div>
      {!isGone && !isEditing && mayComment && (isMine || me?.role === "owner") && (
        <div className="thread__tools">
          {isMine && (
            <IconButton
              size="small"
              className="thread__edit"
              label="Edit my comment"
              icon={<Pencil size={14} aria-hidden />}
              onPress={() => setEditing(true)}
            />
          )}
          <IconButton
            size="small"
            label={isMine ? "Remove my comment" : `Remove the comment of ${name}`}
            icon={<Trash2 size={14} aria-hidden />}
            onPress={remove}
          />
        </div>
      )}
    </li>
  );
}

/** What was said, with the names of those it mentions. */
function Words({ message }: { message: Message }) {
  const people = useMentionable().filter(({ id }) => message.mentions.includes(id));
  return pieces(message.text, people).map(({ text, id }, at) =>
    id === null ? (
      <span key={at}>{text}</span>
    ) : (
      <strong key={at} className="thread__mention">
        {text}
      </strong>
    ),
  );
}

function shortened(words: string): string {
  return words.length > 60 ? `${words.slice(0, 60)}…` : words;
}
