// A text several people write in at once. Far from what one sees it is plain text; near it, or focused, an editor.
import { useId, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type * as Y from "yjs";
import { useField, useText, useValue } from "../../collab/context";
import type { Path } from "../../collab/path";
import { useMaybeDesk } from "../../comments/comment-desk";
import { commentMarks } from "../../comments/marks";
import { kindOf } from "../../collab/shape";
import { ensureText, valueAt } from "../../collab/values";
import { classes } from "../../ui/classes";
import { counted, figure } from "../../ui/words";
import { FieldFrame } from "./field-frame";
import { useNearViewport } from "./near-viewport";
import { syllableGutter } from "./syllable-gutter";
import { linesIn, wordsIn } from "./syllables";
import { createTextEditor, type EditorLook, type TextEditor } from "./text-editor";
import "./text-field.css";
import { useFieldPlace, type FieldPlace } from "./use-field";

export interface TextFieldProps {
  path: Path;
  label: string;
  /** The place says it to those who see it. */
  hideLabel?: boolean;
  placeholder?: string;
  /** What stands in an empty field for those who may only read; a placeholder asks one to write. */
  none?: string;
  minLines?: number;
  /** What stands in the margin of each line. */
  gutter?: "syllables" | "none";
  variant?: "lyrics" | "chords" | "prose";
  /** Whether lines and words are counted below. */
  hideCounts?: boolean;
  /** An editor from the start: the field is seen as soon as the page opens. */
  isNearAtFirst?: boolean;
  className?: string;
}

export function TextField(props: TextFieldProps) {
  const {
    path,
    label,
    hideLabel,
    minLines = 3,
    variant = "prose",
    gutter = "none",
    hideCounts,
    isNearAtFirst,
    className,
  } = props;
  const field = useFieldPlace(path);
  const text = useText(field.path);
  const frame = useRef<HTMLDivElement>(null);
  const isNear = useNearViewport(frame, isNearAtFirst);
  const [hasFocus, setFocus] = useState(false);
  const [counts, setCounts] = useState("");
  const [over, setOver] = useState<number | null>(null);
  const id = useId();
  const isEditor = text !== null && (isNear || hasFocus);
  const look = useLook(props, field, `${id}-notes`);

  const wake = () => {
    if (text === null && field.mayWrite) ensureText(field.session, field.path);
    // Before the browser goes on with the click or key that came here: what is typed next is in the editor.
    flushSync(() => setFocus(true));
  };
  return (
    <FieldFrame
      path={field.path}
      people={field.people}
      className={classes("text-field", `text-field--${variant}`, className)}
    >
      <span className={hideLabel === true ? "visually-hidden" : "field__label"}>{label}</span>
      <div
        ref={frame}
        className={classes(
          "text-field__paper",
          "field-frame__ring",
          gutter === "syllables" && "text-field__paper--gutter",
        )}
        style={{ "--lines-min": minLines } as React.CSSProperties}
        data-readonly={!field.mayWrite || undefined}
      >
        {isEditor ? (
          <Editor
            key={keyOf(text)}
            field={field}
            text={text}
            look={look}
            hasSyllables={gutter === "syllables"}
            takesFocus={hasFocus}
            onFocusChange={setFocus}
            onCounts={hideCounts === true ? null : setCounts}
            onTooLong={setOver}
          />
        ) : (
          <Plain field={field} look={look} onWake={wake} />
        )}
      </div>
      <div id={`${id}-notes`} className="text-field__notes">
        <span aria-live="polite" className="field-frame__problem">
          {over !== null && tooLong(over, field.definition.charsMax ?? 0)}
        </span>
        {hideCounts !== true && <span className="text-field__counts">{counts || "\u00a0"}</span>}
      </div>
    </FieldFrame>
  );
}

interface EditorProps {
  field: FieldPlace;
  text: Y.Text;
  look: EditorLook;
  hasSyllables: boolean;
  takesFocus: boolean;
  onFocusChange: (hasFocus: boolean) => void;
  onCounts: ((counts: string) => void) | null;
  onTooLong: (over: number | null) => void;
}

/** Milliseconds of rest after which words are counted: counting must not slow typing. */
const COUNTS_AFTER_MS = 300;

function Editor({ field, text, look, hasSyllables, takesFocus, onFocusChange, onCounts, onTooLong }: EditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const editor = useRef<TextEditor | null>(null);
  const first = useRef({ look, takesFocus });
  const { session, place, definition } = field;
  const { language } = look;
  const charsMax = definition.charsMax ?? Infinity;
  const desk = useMaybeDesk();

  useLayoutEffect(() => {
    if (parent.current === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const count = () => onCounts?.(countsOf(text.toJSON()));
    const made = createTextEditor({
      parent: parent.current,
      session,
      text,
      place,
      charsMax,
      look: first.current.look,
      extensions: [hasSyllables ? syllableGutter(language) : [], desk === null ? [] : commentMarks(desk, place, text)],
      onTooLong,
      onFocusChange,
      onChange: () => {
        clearTimeout(timer);
        timer = setTimeout(count, COUNTS_AFTER_MS);
      },
    });
    editor.current = made;
    count();
    if (first.current.takesFocus) made.view.focus();
    return () => {
      clearTimeout(timer);
      editor.current = null;
      made.destroy();
    };
  }, [session, text, place, charsMax, hasSyllables, language, desk, onCounts, onTooLong, onFocusChange]);
  useLayoutEffect(() => {
    if (first.current.look !== look) editor.current?.setLook(look);
    first.current = { ...first.current, look };
  }, [look]);
  return <div ref={parent} className="text-field__editor" />;
}

/** The text as it is, until somebody comes near: the same lines in the same places. */
function Plain({ field, look, onWake }: { field: FieldPlace; look: EditorLook; onWake: () => void }) {
  const value = useField(field.path);
  const text = typeof value === "string" ? value : "";
  return (
    <div
      className={classes("text-field__plain", text === "" && "text-field__plain--empty")}
      role="textbox"
      aria-multiline
      aria-readonly={!look.mayWrite}
      aria-label={look.label}
      tabIndex={0}
      onPointerDown={onWake}
      onFocus={onWake}
    >
      {text === "" ? look.placeholder : text.endsWith("\n") ? `${text}\u200b` : text}
    </div>
  );
}

function useLook(
  { label, placeholder = "", none = "None", variant = "prose" }: TextFieldProps,
  field: FieldPlace,
  describedBy: string,
): EditorLook {
  const language = useLanguage(field);
  const { mayWrite } = field;
  const [look, setLook] = useState<EditorLook>(() => made());
  function made(): EditorLook {
    return {
      label,
      placeholder: mayWrite ? placeholder : none,
      mayWrite,
      language,
      isProse: variant !== "chords",
      describedBy,
    };
  }
  const next = made();
  // The same object while it says the same: editors are told only of changes.
  if (JSON.stringify(next) === JSON.stringify(look)) return look;
  setLook(next);
  return next;
}

/** The language songs are written in; other documents do not say. */
function useLanguage({ session }: FieldPlace): string | null {
  return useValue(readLanguage, session.kind === "song" ? SONG_LANGUAGE : NOWHERE);
}

const SONG_LANGUAGE: readonly Path[] = [["language"]];
const NOWHERE: readonly Path[] = [];

function readLanguage(doc: Y.Doc): string | null {
  const language = kindOf(doc) === "song" ? valueAt(doc, ["language"]) : null;
  return typeof language === "string" && language !== "" ? language : null;
}

const keys = new WeakMap<Y.Text, number>();
let lastKey = 0;

/** A text that was replaced needs another editor. */
function keyOf(text: Y.Text): number {
  const known = keys.get(text);
  if (known !== undefined) return known;
  keys.set(text, ++lastKey);
  return lastKey;
}

function countsOf(text: string): string {
  const lines = linesIn(text);
  const words = wordsIn(text);
  if (words === 0) return "";
  return `${counted(lines, "line")} · ${counted(words, "word")}`;
}

function tooLong(over: number, charsMax: number): string {
  return `That would be ${counted(over, "character")} too long: ${figure(charsMax)} fit here. Nothing was added.`;
}
