// One of a few words the product acts upon, or none.
import { useMemo } from "react";
import { useField } from "../../collab/context";
import type { Path } from "../../collab/path";
import { setField } from "../../collab/values";
import { Select } from "../../ui/select";
import { FieldFrame } from "./field-frame";
import { useFieldPlace } from "./use-field";
import { shareIfThere } from "./use-line";

/** Stands for "nothing chosen" in the list; no choice of a kind is called so. */
const NOTHING = "(none)";

export interface ChoiceFieldProps {
  path: Path;
  label: string;
  hideLabel?: boolean;
  /** How a choice is called, where its stored word is not enough. */
  nameOf?: (choice: string) => string;
  className?: string;
}

export function ChoiceField({ path, label, hideLabel = false, nameOf = asWritten, className }: ChoiceFieldProps) {
  const field = useFieldPlace(path);
  const value = useField(field.path);
  const { choices } = field.definition;
  const chosen = typeof value === "string" && choices.includes(value) ? value : null;
  const offered = useMemo(
    () => [
      ...choices.map((choice) => ({ value: choice, name: nameOf(choice) })),
      ...(chosen === null ? [] : [{ value: NOTHING, name: "Not set" }]),
    ],
    [choices, nameOf, chosen],
  );
  return (
    <FieldFrame path={field.path} people={field.people} className={className}>
      <Select
        label={label}
        hideLabel={hideLabel}
        choices={offered}
        value={chosen}
        isDisabled={!field.mayWrite}
        onFocusChange={(isFocused) => (isFocused ? field.presence.onFocus() : field.presence.onBlur())}
        onChange={(next) => shareIfThere(() => setField(field.session, field.path, next === NOTHING ? null : next))}
      />
    </FieldFrame>
  );
}

function asWritten(choice: string): string {
  return choice;
}
