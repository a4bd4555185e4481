// A line to type in that offers suggestions and takes anything. What offers them is made when somebody comes to the line.
import { ChevronDown } from "lucide-react";
import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { Button } from "react-aria-components/Button";
import { ComboBox } from "react-aria-components/ComboBox";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem, type Key } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { classes } from "../../ui/classes";
import { useReach, type Reach, type Reaching } from "../../ui/reach";
import "../../ui/field.css";
import "../../ui/menu.css";
import { DraftNotes, FieldFrame } from "./field-frame";
import "./suggest-input.css";
import type { Draft } from "./use-draft";
import type { FieldPlace } from "./use-field";

const NOT_SET = "Not set";

export interface Suggestion {
  value: string;
  name: string;
}

export interface SuggestInputProps {
  field: FieldPlace;
  draft: Draft;
  label: string;
  hideLabel?: boolean | undefined;
  placeholder?: string | undefined;
  suggestions: readonly Suggestion[];
  className?: string | undefined;
  inputClassName?: string | undefined;
}

export function SuggestInput(props: SuggestInputProps) {
  const reaching = useReach();
  if (reaching.reach === null && props.draft.problem === null) return <SuggestStill {...props} {...reaching} />;
  return <SuggestLive {...props} reach={reaching.reach} />;
}

/** The line alone, with the same looks and the same name. */
function SuggestStill(props: SuggestInputProps & Reaching) {
  const { field, draft, label, onReach, mouse } = props;
  const id = useId();
  return (
    <FieldFrame path={field.path} people={field.people} className={props.className}>
      <div className="field" {...mouse}>
        <label htmlFor={id} className={labelClass(props)}>
          {label}
        </label>
        <div className="field__box suggest-input">
          <input
            id={id}
            type="text"
            dir="auto"
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={false}
            aria-controls={`${id}-list`}
            aria-describedby={`${id}-notes`}
            className={classes("field__input", "suggest-input__text", props.inputClassName)}
            placeholder={props.placeholder ?? NOT_SET}
            autoComplete="off"
            readOnly={!field.mayWrite}
            value={draft.text}
            // Voices and tools write without coming first.
            onChange={(event) => {
              draft.change(event.target.value);
              onReach("focus");
            }}
            onFocus={() => onReach("focus")}
          />
          {field.mayWrite && (
            <button
              type="button"
              tabIndex={-1}
              className="suggest-input__open"
              aria-label={`Suggestions for ${label}`}
              onClick={() => onReach("press")}
            >
              <ChevronDown size={16} aria-hidden />
            </button>
          )}
        </div>
      </div>
      <DraftNotes draft={draft} id={`${id}-notes`} />
    </FieldFrame>
  );
}

/** With the suggestions; it takes over the focus that the line alone had. */
function SuggestLive({
  field,
  draft,
  label,
  suggestions,
  reach,
  ...look
}: SuggestInputProps & { reach: Reach | null }) {
  const input = useRef<HTMLInputElement>(null);
  const open = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const notesId = useId();
  useLayoutEffect(() => {
    if (reach === "press") open.current?.click();
    if (reach !== "focus") return;
    input.current?.focus();
    input.current?.select();
  }, [reach]);
  const items = suggestions.map((suggestion) => ({ id: suggestion.value, ...suggestion }));
  const choose = (key: Key | null) => {
    if (key !== null) draft.pick(String(key));
  };
  // What others wrote meanwhile must not hide behind suggestions.
  const isOffering = isOpen && draft.news === null;
  // Enter and Escape belong to the list while it is open, and to the draft otherwise.
  const onKeyDown = (event: KeyboardEvent) => {
    const isInList = event.target instanceof HTMLElement && event.target.hasAttribute("aria-activedescendant");
    if (isOffering && (event.key === "Escape" || isInList)) return;
    if (draft.onKeyDown(event)) setOpen(false);
  };
  return (
    <FieldFrame path={field.path} people={field.people} className={look.className}>
      <ComboBox
        className="field"
        allowsCustomValue
        defaultItems={items}
        value={null}
        onChange={choose}
        inputValue={draft.text}
        onInputChange={(text) => {
          if (text !== draft.text) draft.change(text);
        }}
        menuTrigger="input"
        onOpenChange={setOpen}
        isReadOnly={!field.mayWrite}
        isInvalid={draft.problem !== null}
        onFocus={field.presence.onFocus}
        onBlur={() => {
          draft.commit();
          field.presence.onBlur();
        }}
      >
        <Label className={labelClass(look)}>{label}</Label>
        <div className="field__box suggest-input" onKeyDownCapture={onKeyDown}>
          <Input
            ref={input}
            dir="auto"
            className={classes("field__input", "suggest-input__text", look.inputClassName)}
            placeholder={look.placeholder ?? NOT_SET}
            aria-describedby={notesId}
            autoComplete="off"
            data-typing={draft.isTyping || undefined}
          />
          {field.mayWrite && (
            <Button ref={open} className="suggest-input__open" aria-label={`Suggestions for ${label}`}>
              <ChevronDown size={16} aria-hidden />
            </Button>
          )}
        </div>
        <Popover className={classes("menu", !isOffering && "suggest-input__hidden")} offset={4}>
          <ListBox className="menu__items">
            {(item: Suggestion & { id: string }) => (
              <ListBoxItem id={item.id} textValue={item.name} className="menu__item">
                {item.name}
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </ComboBox>
      <DraftNotes draft={draft} id={notesId} />
    </FieldFrame>
  );
}

function labelClass({ hideLabel }: Pick<SuggestInputProps, "hideLabel">): string {
  return hideLabel === true ? "visually-hidden" : "field__label";
}
