// One of a few choices.
import { Check, ChevronDown } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { FieldError } from "react-aria-components/FieldError";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem, type Key } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Select as AriaSelect, SelectValue } from "react-aria-components/Select";
import { classes } from "./classes";
import "./field.css";
import "./menu.css";

export interface Choice<Value extends string> {
  value: Value;
  name: string;
  /** A second line that helps to choose. */
  detail?: string;
}

export interface SelectProps<Value extends string> {
  label: string;
  hideLabel?: boolean;
  choices: readonly Choice<Value>[];
  /** Null: nothing chosen. */
  value: Value | null;
  onChange: (value: Value) => void;
  placeholder?: string;
  isDisabled?: boolean;
  error?: string | null;
  onFocusChange?: (isFocused: boolean) => void;
  className?: string;
}

/** A button that opens a list of choices. */
export function Select<Value extends string>({
  label,
  hideLabel,
  choices,
  value,
  onChange,
  placeholder = "Not set",
  error,
  className,
  ...rest
}: SelectProps<Value>) {
  const choose = (key: Key | null) => {
    const chosen = choices.find((choice) => choice.value === key);
    if (chosen !== undefined) onChange(chosen.value);
  };
  return (
    <AriaSelect
      {...rest}
      value={value}
      onChange={choose}
      placeholder={placeholder}
      isInvalid={Boolean(error)}
      className={classes("field", className)}
    >
      <Label className={hideLabel === true ? "visually-hidden" : "field__label"}>{label}</Label>
      <Button className="field__input select__button">
        <SelectValue className="select__value" />
        <ChevronDown size={16} aria-hidden />
      </Button>
      <FieldError className="field__error">{error ?? ""}</FieldError>
      <Popover className="menu" offset={4}>
        <ListBox className="menu__items" items={choices.map((choice) => ({ id: choice.value, ...choice }))}>
          {(choice) => (
            <ListBoxItem id={choice.id} textValue={choice.name} className="menu__item">
              {({ isSelected }) => (
                <>
                  <span className="menu__words">
                    {choice.name}
                    {choice.detail !== undefined && <small className="menu__detail">{choice.detail}</small>}
                  </span>
                  {isSelected && <Check size={16} aria-hidden />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
