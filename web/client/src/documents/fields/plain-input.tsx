// One line to type in, bound to a draft: the control of text, number and colour fields.
import { useId, type ChangeEvent, type KeyboardEvent, type ReactNode } from "react";
import { classes } from "../../ui/classes";
import "../../ui/field.css";
import { DraftNotes, FieldFrame } from "./field-frame";
import "./plain-input.css";
import type { Draft } from "./use-draft";
import type { FieldPlace } from "./use-field";

const NOT_SET = "Not set";

export interface PlainInputProps {
  field: FieldPlace;
  draft: Draft;
  label: string;
  hideLabel?: boolean | undefined;
  placeholder?: string | undefined;
  inputMode?: "text" | "numeric" | "decimal" | "url";
  spellCheck?: boolean;
  /** Shown inside the box, after the text. */
  after?: ReactNode;
  /** Shown inside the box, before the text. */
  before?: ReactNode;
  /** Long lines are shown whole, on several lines; a line break is still none. */
  wraps?: boolean | undefined;
  /** How an empty value is called. */
  empty?: string;
  onKey?: (key: string) => boolean;
  className?: string | undefined;
  inputClassName?: string | undefined;
}

export function PlainInput(props: PlainInputProps) {
  const { field, draft, label, hideLabel, placeholder, inputMode = "text", before, after, onKey } = props;
  const id = useId();
  const control = {
    id,
    dir: "auto",
    className: classes("field__input", props.wraps === true && "plain-input__wrapping", props.inputClassName),
    // An example of what to write is for those who may.
    placeholder: field.mayWrite ? placeholder : NOT_SET,
    spellCheck: props.spellCheck ?? inputMode === "text",
    autoComplete: "off",
    readOnly: !field.mayWrite,
    "data-typing": draft.isTyping || undefined,
    "aria-invalid": draft.problem !== null,
    "aria-describedby": `${id}-notes`,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      draft.change(event.target.value.replace(/[\r\n]+/g, " ")),
    onFocus: field.presence.onFocus,
    onBlur: () => {
      draft.commit();
      field.presence.onBlur();
    },
    onKeyDown: (event: KeyboardEvent) => {
      const isUsed = draft.onKeyDown(event) || onKey?.(event.key) === true;
      // There are no line breaks in a line, however it is shown.
      if (isUsed || (event.key === "Enter" && props.wraps === true)) event.preventDefault();
    },
  };
  return (
    <FieldFrame path={field.path} people={field.people} className={classes("field", props.className)}>
      <label htmlFor={id} className={hideLabel === true ? "visually-hidden" : "field__label"}>
        {label}
      </label>
      <div className={classes("field__box", "plain-input")}>
        {before}
        {props.wraps === true ? (
          <textarea {...control} rows={1} value={draft.text} />
        ) : (
          <input {...control} value={draft.text} inputMode={inputMode} />
        )}
        {after}
      </div>
      <DraftNotes draft={draft} id={`${id}-notes`} {...(props.empty === undefined ? {} : { empty: props.empty })} />
    </FieldFrame>
  );
}
