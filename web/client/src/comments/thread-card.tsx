// One thread: what it is about, what was said, and what one can do.
import { Check, Pencil, RotateCcw, Trash2, Unlink } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useMe } from "../api/use-me";
import { usePeople } from "../api/use-people";
import { Avatar } from "../ui/avatar";
import { IconButton } from "../ui/button";
import { Chip } from "../ui/chip";
import { classes } from "../ui/classes";
import { toasts } from "../ui/toasts";
import { When } from "../ui/when";
import { useDesk, useDeskPart } from "./comment-desk";
import { pieces } from "./mentions";
import { MessageBox, useMentionable } from "./message-box";
import { firstNew, type News } from "./new-for-me";
import { useChange, type Message, type Thread } from "./requests";
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
  const answer = useChange(thread.document_id, { isInline: true });
  useEffect(() => {
    if (!isActive) return;
    card.current?.scrollIntoView({ block: "nearest" });
    // Who writes stays where they write; who came by a link or a key is brought here.
    if (document.activeElement?.closest(".cm-editor") == null) card.current?.focus({ preventScroll: true });
  }, [isActive, asked]);
  const isResolved = thread.state === "resolved";
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
            onPress={() => mutate({ type: isResolved ? "reopen" : "resolve", threadId: thread.id })}
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
      {mayComment && !isResolved && (
        <MessageBox
          label={`Reply about ${place}`}
          placeholder="Reply"
          action="Reply"
          isQuiet
          keptAs={`${thread.document_id}:${thread.id}`}
          send={(text, mentions) => answer.mutateAsync({ type: "reply", threadId: thread.id, text, mentions })}
          onSent={() => undefined}
        />
      )}
    </article>
  );
}

interface MessageItemProps {
  thread: Thread;
  message: Message;
  isFirstNew: boolean;
  mayComment: boolean;
}

function MessageItem({ thread, message, isFirstNew, mayComment }: MessageItemProps) {
  const me = useMe();
  const personOf = usePeople();
  const [isEditing, setEditing] = useState(false);
  const { mutate } = useChange(thread.document_id, { isInline: false });
  const { mutateAsync } = useChange(thread.document_id, { isInline: true });
  const { name, colour, isMe: isMine } = personOf(message.person_id);
  const isGone = message.is_removed || message.is_erased;
  const remove = () => {
    mutate(
      { type: "remove", threadId: thread.id, messageId: message.id },
      { onSuccess: () => toasts.show({ tone: "plain", text: "The comment was removed." }) },
    );
  };
  return (
    <li className={classes("thread__message", isFirstNew && "thread__message--new")}>
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
            onSent={() => setEditing(false)}
            onCancel={() => setEditing(false)}
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
