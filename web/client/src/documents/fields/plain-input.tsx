// One line to type in, bound to a draft: the control of text, number and colour fields.
import { useId, type ReactNode } from "react";
import { classes } from "../../ui/classes";
import "../../ui/field.css";
import { DraftNotes, FieldFrame } from "./field-frame";
import { oneLine } from "./one-line";
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
    ...oneLine(draft, { wraps: props.wraps === true, onKey }),
    id,
    className: classes("field__input", props.wraps === true && "plain-input__wrapping", props.inputClassName),
    // An example of what to write is for those who may.
    placeholder: field.mayWrite ? placeholder : NOT_SET,
    spellCheck: props.spellCheck ?? inputMode === "text",
    readOnly: !field.mayWrite,
    "aria-describedby": `${id}-notes`,
    onFocus: field.presence.onFocus,
    onBlur: () => {
      draft.commit();
      field.presence.onBlur();
    },
  };
  return (
    <FieldFrame path={field.path} people={field.people} className={classes("field", props.className)}>
      <label htmlFor={id} className={hideLabel === true ? "visually-hidden" : "field__label"}>
        {label}
      </label>
      <div className={classes("field__box", "plain-input")}>
        {before}
        {props.wraps === true ? <textarea {...control} rows={1} /> : <input {...control} inputMode={inputMode} />}
        {after}
      </div>
      <DraftNotes draft={draft} id={`${id}-notes`} {...(props.empty === undefined ? {} : { empty: props.empty })} />
    </FieldFrame>
  );
}
