// One of a few choices. What opens the list is made when somebody reaches for it: pages of many choices cost their buttons.
import { Check, ChevronDown } from "lucide-react";
import { useId, useLayoutEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { FieldError } from "react-aria-components/FieldError";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem, type Key } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Select as AriaSelect, SelectValue } from "react-aria-components/Select";
import { classes } from "./classes";
import { useReach, type Reach, type Reaching } from "./reach";
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
export function Select<Value extends string>(props: SelectProps<Value>) {
  const reaching = useReach();
  if (reaching.reach === null && !props.error) return <SelectStill {...props} {...reaching} />;
  return <SelectLive {...props} reach={reaching.reach} />;
}

/** The button alone, with the same looks and the same name. */
function SelectStill<Value extends string>(props: SelectProps<Value> & Reaching) {
  const { label, hideLabel, choices, value, placeholder = "Not set", isDisabled = false, className } = props;
  const { onReach, mouse } = props;
  const id = useId();
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <div className={classes("field", className)} data-disabled={isDisabled || undefined}>
      <label id={`${id}label`} htmlFor={id} className={hideLabel === true ? "visually-hidden" : "field__label"}>
        {label}
      </label>
      <button
        type="button"
        id={id}
        className="field__input select__button"
        disabled={isDisabled}
        aria-haspopup="listbox"
        aria-expanded={false}
        aria-labelledby={`${id}value ${id}label`}
        {...mouse}
        // The focus would come before the press and take the button away from under it.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => onReach("press")}
        onFocus={() => onReach("focus")}
      >
        <span id={`${id}value`} className="select__value" data-placeholder={chosen === undefined || undefined}>
          {chosen?.name ?? placeholder}
        </span>
        <ChevronDown size={16} aria-hidden />
      </button>
    </div>
  );
}

/** With the list; it takes over the focus that the button alone had. */
function SelectLive<Value extends string>({
  reach,
  label,
  hideLabel,
  choices,
  value,
  onChange,
  placeholder = "Not set",
  error,
  className,
  ...rest
}: SelectProps<Value> & { reach: Reach | null }) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  useLayoutEffect(() => {
    if (reach === "focus" || reach === "press") button.current?.focus();
    if (reach === "press") setOpen(true);
  }, [reach]);
  const choose = (key: Key | null) => {
    const chosen = choices.find((choice) => choice.value === key);
    if (chosen !== undefined) onChange(chosen.value);
  };
  return (
    <AriaSelect
      {...rest}
      value={value}
      onChange={choose}
      isOpen={isOpen}
      onOpenChange={setOpen}
      placeholder={placeholder}
      isInvalid={Boolean(error)}
      className={classes("field", className)}
    >
      <Label className={hideLabel === true ? "visually-hidden" : "field__label"}>{label}</Label>
      <Button ref={button} className="field__input select__button">
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
