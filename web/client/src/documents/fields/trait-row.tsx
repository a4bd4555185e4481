// One trait: its name, its value in the control of its type, and what else one can do with it.
import { Check, EllipsisVertical, Trash2 } from "lucide-react";
import { useCallback, useId, useMemo } from "react";
import type { Path } from "../../collab/path";
import { IconButton } from "../../ui/button";
import { classes } from "../../ui/classes";
import { Menu } from "../../ui/menu";
import { Switch } from "../../ui/switch";
import { DraftNotes } from "./field-frame";
import { oneLine } from "./one-line";
import "./plain-input.css";
import {
  asType,
  textOf,
  TRAIT_TYPE_NAMES,
  TRAIT_TYPES,
  traitNameProblem,
  traitValueProblem,
  typeOf,
  valueOf,
  type TraitValue,
} from "./traits";
import { useDraft, type Draft } from "./use-draft";

export interface TraitRowProps {
  path: Path;
  name: string;
  value: TraitValue;
  /** The names of the other traits. */
  others: readonly string[];
  isFixed: boolean;
  onChange: (value: TraitValue) => void;
  onRename: (name: string) => void;
  onRemove: () => void;
}

export function TraitRow({ path, name, value, others, isFixed, onChange, onRename, onRemove }: TraitRowProps) {
  const type = typeOf(value);
  const nameDraft = useDraft({
    path,
    shared: name,
    problemOf: useCallback((text: string) => traitNameProblem(text, others), [others]),
    share: (text) => onRename(text.trim()),
    writer: nobody,
  });
  const valueDraft = useDraft({
    path,
    shared: textOf(value),
    problemOf: useMemo(() => (text: string) => traitValueProblem(text, type), [type]),
    share: (text) => onChange(valueOf(text, type)),
    writer: nobody,
  });
  return (
    <li className="trait-row">
      <DraftInput draft={nameDraft} label="Name of the trait" isFixed={isFixed} className="trait-row__name" />
      {type === "flag" ? (
        <Switch isSelected={value === true} isReadOnly={isFixed} onChange={onChange} aria-label={name}>
          {value === true ? "Yes" : "No"}
        </Switch>
      ) : (
        <DraftInput
          draft={valueDraft}
          label={name}
          isFixed={isFixed}
          placeholder={type === "list" ? "One, another" : ""}
          inputMode={type === "number" ? "decimal" : "text"}
          wraps={type !== "number"}
        />
      )}
      {!isFixed && (
        <Menu
          label={name}
          trigger={
            <IconButton label={`More for ${name}`} size="small" icon={<EllipsisVertical size={16} aria-hidden />} />
          }
          actions={[
            ...TRAIT_TYPES.map((other) => ({
              id: other,
              name: TRAIT_TYPE_NAMES[other],
              ...(other === type ? { icon: <Check size={16} aria-label="Now" /> } : {}),
              onAction: () => onChange(asType(value, other)),
            })),
            {
              id: "remove",
              name: "Remove",
              tone: "danger" as const,
              startsGroup: true,
              icon: <Trash2 size={16} aria-hidden />,
              onAction: onRemove,
            },
          ]}
        />
      )}
    </li>
  );
}

interface DraftInputProps {
  draft: Draft;
  label: string;
  isFixed: boolean;
  placeholder?: string;
  inputMode?: "text" | "decimal";
  /** A long value is shown whole, on several lines. */
  wraps?: boolean;
  className?: string;
}

function DraftInput({
  draft,
  label,
  isFixed,
  placeholder = "",
  inputMode = "text",
  wraps = false,
  className = "",
}: DraftInputProps) {
  const id = useId();
  const control = {
    ...oneLine(draft, { wraps }),
    className: classes("field__input", wraps && "plain-input__wrapping"),
    placeholder,
    readOnly: isFixed,
    "aria-label": label,
    "aria-describedby": id,
    onBlur: draft.commit,
  };
  return (
    <div className={className}>
      {wraps ? <textarea {...control} rows={1} /> : <input {...control} inputMode={inputMode} />}
      <DraftNotes draft={draft} id={id} />
    </div>
  );
}

function nobody(): null {
  return null;
}
