// One line to type in, bound to a draft: the control of text, number and colour fields.
import { useId, type ReactNode } from "react";
import { classes } from "../../ui/classes";
import "../../ui/field.css";
import { DraftNotes, FieldFrame } from "./field-frame";
import type { Draft } from "./use-draft";
import type { FieldPlace } from "./use-field";

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
  /** How an empty value is called. */
  empty?: string;
  onKey?: (key: string) => boolean;
  className?: string | undefined;
  inputClassName?: string | undefined;
}

export function PlainInput(props: PlainInputProps) {
  const { field, draft, label, hideLabel, placeholder, inputMode = "text", before, after, onKey } = props;
  const id = useId();
  return (
    <FieldFrame path={field.path} people={field.people} className={classes("field", props.className)}>
      <label htmlFor={id} className={hideLabel === true ? "visually-hidden" : "field__label"}>
        {label}
      </label>
      <div className={classes("field__box", "plain-input")}>
        {before}
        <input
          id={id}
          className={classes("field__input", props.inputClassName)}
          value={draft.text}
          placeholder={placeholder}
          inputMode={inputMode}
          spellCheck={props.spellCheck ?? inputMode === "text"}
          autoComplete="off"
          readOnly={!field.mayWrite}
          data-typing={draft.isTyping || undefined}
          aria-invalid={draft.problem !== null}
          aria-describedby={`${id}-notes`}
          onChange={(event) => draft.change(event.target.value)}
          onFocus={field.presence.onFocus}
          onBlur={() => {
            draft.commit();
            field.presence.onBlur();
          }}
          onKeyDown={(event) => {
            if (draft.onKeyDown(event) || onKey?.(event.key) === true) event.preventDefault();
          }}
        />
        {after}
      </div>
      <DraftNotes draft={draft} id={`${id}-notes`} {...(props.empty === undefined ? {} : { empty: props.empty })} />
    </FieldFrame>
  );
}
