// A line to type in that offers suggestions and takes anything.
import { ChevronDown } from "lucide-react";
import { useId, useState, type KeyboardEvent } from "react";
import { Button } from "react-aria-components/Button";
import { ComboBox } from "react-aria-components/ComboBox";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem, type Key } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { classes } from "../../ui/classes";
import "../../ui/field.css";
import "../../ui/menu.css";
import { DraftNotes, FieldFrame } from "./field-frame";
import "./suggest-input.css";
import type { Draft } from "./use-draft";
import type { FieldPlace } from "./use-field";

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

export function SuggestInput({ field, draft, label, suggestions, ...look }: SuggestInputProps) {
  const [isOpen, setOpen] = useState(false);
  const notesId = useId();
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
        <Label className={look.hideLabel === true ? "visually-hidden" : "field__label"}>{label}</Label>
        <div className="field__box suggest-input" onKeyDownCapture={onKeyDown}>
          <Input
            className={classes("field__input", "suggest-input__text", look.inputClassName)}
            placeholder={look.placeholder ?? "Not set"}
            aria-describedby={notesId}
            autoComplete="off"
            data-typing={draft.isTyping || undefined}
          />
          {field.mayWrite && (
            <Button className="suggest-input__open" aria-label={`Suggestions for ${label}`}>
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
