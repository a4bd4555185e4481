// A labelled line of text, with help below it and what is wrong with it in its place.
import type { ReactNode } from "react";
import { FieldError } from "react-aria-components/FieldError";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { TextField, type TextFieldProps } from "react-aria-components/TextField";
import { classes } from "./classes";
import "./field.css";

export interface TextInputProps extends Omit<TextFieldProps, "className" | "style" | "children"> {
  label: string;
  /** Only for those who do not see it; the place says it to the others. */
  hideLabel?: boolean;
  help?: ReactNode;
  /** What is wrong; shown instead of the help. */
  error?: string | null;
  placeholder?: string;
  icon?: ReactNode;
  className?: string;
}

/** A line of text. */
export function TextInput({ label, hideLabel, help, error, placeholder, icon, className, ...rest }: TextInputProps) {
  return (
    <TextField {...rest} isInvalid={Boolean(error)} className={classes("field", className)}>
      <Label className={hideLabel === true ? "visually-hidden" : "field__label"}>{label}</Label>
      <div className={classes("field__box", icon !== undefined && "field__box--icon")}>
        {icon}
        <Input dir="auto" className="field__input" {...(placeholder === undefined ? {} : { placeholder })} />
      </div>
      {help !== undefined && !error && (
        <Text slot="description" className="field__help">
          {help}
        </Text>
      )}
      <FieldError className="field__error">{error ?? ""}</FieldError>
    </TextField>
  );
}
