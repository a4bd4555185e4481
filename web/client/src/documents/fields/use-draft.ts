// What somebody types into a field before it is shared: it stays theirs until Enter or leaving the field.
import { useCallback, useState, type KeyboardEvent } from "react";
import { watchPath } from "../../collab/changes";
import { useDocument, type Person } from "../../collab/context";
import type { DocumentSession } from "../../collab/document-session";
import { pointerTo, type Path } from "../../collab/path";
import { shortTitle } from "../../ui/short-title";
import { toasts } from "../../ui/toasts";
import { useUnshared } from "./use-unshared";

export interface DraftOptions {
  /** What is written to. */
  path: Path;
  /** The shared value as text. */
  shared: string;
  /** What is wrong with a text, or null. */
  problemOf: (text: string) => string | null;
  /** Shares a text that has no problem, or gives it back when nothing can be shared now. `before`: what was there. */
  share: (text: string, before: string) => void;
  /** Who wrote the shared value last, when that is known. */
  writer: () => Person | null;
}

export interface Draft {
  /** What the field shows. */
  text: string;
  isTyping: boolean;
  problem: string | null;
  /** The others' value that came while I was typing. */
  news: News | null;
  change: (text: string) => void;
  /**
   * Shares the draft if it is fine; otherwise it stays, explained. For leaving the field or the page: says so when it
   * replaces what others shared meanwhile.
   */
  commit: () => void;
  /** Drops the draft: the shared value is shown again. */
  restore: () => void;
  /** Drops the draft and shares this instead: something was picked. */
  pick: (text: string) => void;
  /** Enter shares, Escape restores; says whether the key was used. */
  onKeyDown: (event: KeyboardEvent) => boolean;
}

interface News {
  text: string;
  /** Whose it is, when that is known. */
  name: string | null;
}

interface Typing {
  text: string;
  /** The shared value when typing began. */
  base: string;
}

/** Keeps the draft of one field. */
export function useDraft({ path, shared, problemOf, share, writer }: DraftOptions): Draft {
  const session = useDocument();
  const [typing, setTyping] = useState<Typing | null>(null);
  const problem = typing === null ? null : problemOf(typing.text);
  const isNews = typing !== null && shared !== typing.base && shared !== typing.text;

  /** Says whether something was shared. */
  const shareTyped = useCallback(() => {
    if (typing === null || problemOf(typing.text) !== null) return false;
    setTyping(null);
    // Nobody who changed nothing overwrites what came meanwhile.
    const isChanged = typing.text !== typing.base && typing.text !== shared;
    if (isChanged) share(typing.text, typing.base);
    return isChanged;
  }, [typing, problemOf, share, shared]);
  const commit = useCallback(() => {
    const theirs = isNews ? { text: shared, name: writer()?.name ?? null } : null;
    // Enter is pressed by somebody who looks at the field; whoever leaves it may not have seen what came.
    if (!shareTyped() || typing === null || theirs === null || !session.getState().mayWrite) return;
    tellReplaced(session, path, typing.text, theirs, () => share(theirs.text, typing.text));
  }, [isNews, shared, writer, shareTyped, typing, session, path, share]);
  const restore = useCallback(() => setTyping(null), []);
  const pick = useCallback(
    (text: string) => {
      setTyping(null);
      if (text !== shared) share(text, shared);
    },
    [share, shared],
  );
  const change = useCallback(
    (text: string) => setTyping((before) => ({ text, base: before?.base ?? shared })),
    [shared],
  );
  // Who changed nothing has nothing to lose.
  const isUnshared = typing !== null && typing.text !== typing.base && typing.text !== shared;
  useUnshared({ path, typed: isUnshared ? typing.text : null, before: typing?.base ?? shared, problem, commit });

  const onKeyDown = (event: KeyboardEvent): boolean => {
    // Enter that ends a composition belongs to the input method.
    if (event.nativeEvent.isComposing || typing === null) return false;
    if (event.key === "Enter") shareTyped();
    else if (event.key === "Escape") restore();
    else return false;
    return true;
  };
  return {
    text: typing?.text ?? shared,
    isTyping: typing !== null,
    problem,
    news: isNews ? { text: shared, name: writer()?.name ?? null } : null,
    change,
    commit,
    restore,
    pick,
    onKeyDown,
  };
}

/** Says that a draft replaced what others had shared meanwhile, with a way back until the value is another one. */
function tellReplaced(
  session: DocumentSession,
  path: Path,
  mine: string,
  { text, name }: News,
  takeTheirs: () => void,
) {
  toasts.show({
    tone: "plain",
    text: `Your ${quoted(mine)} replaced ${quoted(text)}, which ${name ?? "somebody else"} set while you were typing.`,
    about: `${session.id}${pointerTo(path)}`,
    action: { name: "Take theirs", onAction: takeTheirs },
    until: (isOver) => watchPath(session.doc, path, isOver),
  });
}

function quoted(text: string): string {
  return text.trim() === "" ? "nothing" : `“${shortTitle(text)}”`;
}
