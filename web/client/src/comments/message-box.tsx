// Where one writes a message: plain words, "@" for a member, kept until it is sent.
import { useQuery } from "@tanstack/react-query";
import { useId, useRef, useState, type KeyboardEvent } from "react";
import { Problem, type Schemas } from "../api/client";
import { peopleQuery } from "../api/queries";
import { usePeople } from "../api/use-people";
import { keepWords, keptWords } from "../collab/kept-words";
import { Avatar } from "../ui/avatar";
import { Button } from "../ui/button";
import { classes } from "../ui/classes";
import { Kbd, isMac } from "../ui/kbd";
import { toasts } from "../ui/toasts";
import { counted } from "../ui/words";
import { isSpaceAfter, mentionedIn, openMentionAt, suggested, withMention, type Mentionable } from "./mentions";
import "./message-box.css";

/** As core/limits.py COMMENT_CHARS_MAX. */
const CHARS_MAX = 5000;

/** How the words are given up, and had again. */
export interface Cancelling {
  /** What is said if there were some. */
  said: string;
  onCancel: () => void;
  /** They are kept under their name again. */
  onBringBack: () => void;
}

export interface MessageBoxProps {
  label: string;
  placeholder: string;
  /** What the button says. */
  action: string;
  /** The name under which the words are kept. */
  keptAs: string;
  /** What is changed; left out: something new is written. */
  initial?: string;
  hasFocus?: boolean;
  send: (text: string, mentions: string[]) => Promise<unknown>;
  onSent: () => void;
  cancel?: Cancelling;
  /** Hears whether there is something unsent: at each key, and when one leaves the box. */
  onWords?: (isUnsent: boolean, isLeft: boolean) => void;
  /** Shows only a line until one writes. */
  isQuiet?: boolean;
}

export function MessageBox(props: MessageBoxProps) {
  const { label, placeholder, action, keptAs, initial = "", hasFocus = false, isQuiet = false } = props;
  const [text, setText] = useState(() => keptWords(keptAs) || initial);
  const [isEntered, setEntered] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const people = useMentionable();
  const id = useId();

  const write = (next: string) => {
    setText(next);
    sending.forget();
    keepWords(keptAs, next === initial ? "" : next);
    props.onWords?.(next !== "", false);
  };
  const sending = useSending(props, () => write(""));
  const send = () => void sending.send(text.trim(), people);
  const { problem, isSending } = sending;
  const mention = useMention({ box, text, people, write });
  const cancel = () => {
    write(initial);
    if (props.cancel === undefined) return;
    props.cancel.onCancel();
    if (text.trim() !== "" && text !== initial) offerBack(props.cancel, props, text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || mention.take(event)) return;
    const isMod = isMac ? event.metaKey : event.ctrlKey;
    if (event.key === "Enter" && isMod) {
      event.preventDefault();
      send();
    }
  };
  const isRoomy = !isQuiet || isEntered || text !== "";
  return (
    <form
      className="message-box"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="message-box__place">
        <textarea
          ref={box}
          dir="auto"
          className="field__input message-box__text"
          aria-label={label}
          aria-autocomplete="list"
          aria-controls={`${id}-people`}
          aria-activedescendant={mention.list.length === 0 ? undefined : `${id}-${mention.chosen}`}
          aria-describedby={`${id}-problem`}
          placeholder={placeholder}
          maxLength={CHARS_MAX}
          rows={isRoomy ? Math.min(8, Math.max(2, text.split("\n").length + 1)) : 1}
          value={text}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- Somebody has just asked to write here.
          autoFocus={hasFocus}
          onFocus={() => setEntered(true)}
          onChange={(event) => {
            if (mention.takeSpace(event.target.value)) return;
            write(event.target.value);
            mention.look(event.target.selectionStart);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            mention.close();
            props.onWords?.(text !== "", true);
          }}
        />
        <People id={id} mention={mention} />
      </div>
      <p id={`${id}-problem`} className="message-box__problem" aria-live="polite">
        {problem}
      </p>
      {isRoomy && (
        <Actions
          action={problem === null ? action : "Retry"}
          isEmpty={text.trim() === ""}
          isSending={isSending}
          onCancel={props.cancel === undefined ? null : cancel}
        />
      )}
    </form>
  );
}

/** Whom the letters after "@" may mean. */
function People({ id, mention }: { id: string; mention: ReturnType<typeof useMention> }) {
  const personOf = usePeople();
  return (
    <>
      <ul
        id={`${id}-people`}
        role="listbox"
        aria-label="Members to mention"
        className={classes("message-box__people", mention.list.length === 0 && "message-box__people--none")}
      >
        {mention.list.map((person, at) => (
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- The text box has the keys.
          <li
            key={person.id}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === mention.chosen}
            className="message-box__person"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => mention.pick(person)}
          >
            <span aria-hidden>
              <Avatar name={person.name} colour={personOf(person.id).colour} size="small" />
            </span>
            {person.name}
          </li>
        ))}
      </ul>
      <p role="status" className="visually-hidden">
        {mention.list.length > 0 && `${counted(mention.list.length, "member")}. Arrows choose, Enter mentions.`}
      </p>
    </>
  );
}

interface ActionsProps {
  action: string;
  isEmpty: boolean;
  isSending: boolean;
  onCancel: (() => void) | null;
}

function Actions({ action, isEmpty, isSending, onCancel }: ActionsProps) {
  return (
    <div className="message-box__actions">
      <span className="message-box__hint" aria-hidden>
        @ mentions · <Kbd keys="Mod+Enter" />
      </span>
      {onCancel !== null && (
        <Button size="small" tone="quiet" onPress={onCancel}>
          Cancel
        </Button>
      )}
      <Button size="small" tone="primary" type="submit" isDisabled={isEmpty} isPending={isSending}>
        {action}
      </Button>
    </div>
  );
}

/** Sends words one at a time, and remembers what went wrong. */
function useSending({ send, onSent }: MessageBoxProps, clear: () => void) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  return {
    problem,
    isSending,
    forget: () => setProblem(null),
    send: async (words: string, people: readonly Mentionable[]) => {
      if (words === "" || isSending) return;
      setSending(true);
      try {
        await send(words, mentionedIn(words, people));
        clear();
        onSent();
      } catch (error) {
        setProblem(whyNot(error));
      } finally {
        setSending(false);
      }
    },
  };
}

/** What was typed is nowhere else any more: says so, and can bring it back. */
function offerBack(
  { said, onBringBack }: Cancelling,
  { keptAs, initial = "" }: Pick<MessageBoxProps, "keptAs" | "initial">,
  dropped: string,
): void {
  toasts.show({
    tone: "plain",
    text: said,
    stays: true,
    about: `dropped ${keptAs}`,
    action: {
      name: "Undo",
      onAction: () => {
        const typedSince = keptWords(keptAs);
        keepWords(keptAs, typedSince === "" || initial !== "" ? dropped : `${dropped}\n\n${typedSince}`);
        onBringBack();
      },
    },
  });
}

function whyNot(error: unknown): string {
  if (error instanceof Problem && error.status === 0)
    return "Not sent: the studio cannot be reached. Your words are kept here.";
  const why = error instanceof Problem ? error.message : "Something broke in this page.";
  return `Not sent: ${why} Your words are kept here.`;
}

const NOBODY: readonly Mentionable[] = [];

/** Members by id and name. */
export function useMentionable(): readonly Mentionable[] {
  const members = useQuery({ ...peopleQuery, select: asMentionable }).data;
  return members ?? NOBODY;
}

function asMentionable({ items }: Schemas["MemberPage"]): Mentionable[] {
  return items.map(({ person_id, name }) => ({ id: person_id, name }));
}

interface MentionPlace {
  box: React.RefObject<HTMLTextAreaElement | null>;
  text: string;
  people: readonly Mentionable[];
  write: (text: string) => void;
}

/** The list that opens after "@": arrows choose, Enter or Tab takes, Escape closes it and nothing else. */
function useMention({ box, text, people, write }: MentionPlace) {
  const [caret, setCaret] = useState<number | null>(null);
  const [chosen, setChosen] = useState(0);
  const picked = useRef<{ text: string; caret: number } | null>(null);
  const open = caret === null ? null : openMentionAt(text, caret);
  const list = open === null ? [] : suggested(people, open.typed);
  const pick = (person: Mentionable) => {
    if (open === null) return;
    const next = withMention(text, open, person.name);
    write(next.text);
    setCaret(null);
    picked.current = next;
    placeCaret(next.caret);
  };
  const placeCaret = (at: number) => requestAnimationFrame(() => box.current?.setSelectionRange(at, at));
  const takeSpace = (typed: string): boolean => {
    const mention = picked.current;
    picked.current = null;
    if (mention === null || !isSpaceAfter(mention, typed)) return false;
    // What is not written goes from the box, and takes the caret with it.
    placeCaret(mention.caret);
    return true;
  };
  const take = (event: KeyboardEvent): boolean => {
    const person = list[chosen];
    if (person === undefined) return false;
    if (event.key === "ArrowDown") setChosen((chosen + 1) % list.length);
    else if (event.key === "ArrowUp") setChosen((chosen + list.length - 1) % list.length);
    else if (event.key === "Enter" || event.key === "Tab") pick(person);
    else if (event.key === "Escape") setCaret(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return {
    list,
    chosen: Math.min(chosen, Math.max(0, list.length - 1)),
    pick,
    take,
    /** Whether what was typed is the space that a name just picked has brought already. */
    takeSpace,
    look: (at: number) => {
      setCaret(at);
      setChosen(0);
    },
    close: () => setCaret(null),
  };
}
