// A number in a range: typed, or stepped with the arrow keys; shared on Enter or leaving the field.
import { useMemo } from "react";
import type { Path } from "../../collab/path";
import { PlainInput } from "./plain-input";
import { numberIn, numberProblem } from "./problems";
import { useFieldPlace } from "./use-field";
import { usePlainDraft, type PlainText } from "./use-line";
import "./number-field.css";

export interface NumberFieldProps {
  path: Path;
  label: string;
  hideLabel?: boolean;
  /** What is counted, shown after the number: "bpm". */
  unit?: string;
  /** How much one press of an arrow key changes. */
  step?: number;
  placeholder?: string;
  className?: string;
}

export function NumberField({ path, label, unit, step = 1, placeholder = "Not set", ...look }: NumberFieldProps) {
  const field = useFieldPlace(path);
  const { definition } = field;
  const codec = useMemo<PlainText>(
    () => ({
      toText: (value) => (typeof value === "number" ? String(value) : ""),
      toValue: numberIn,
      problemOf: (text) => numberProblem(text, definition),
    }),
    [definition],
  );
  const draft = usePlainDraft(field, codec);
  const onKey = (key: string): boolean => {
    const direction = key === "ArrowUp" ? 1 : key === "ArrowDown" ? -1 : 0;
    if (direction === 0 || !field.mayWrite) return false;
    const next = stepped(numberIn(draft.text), direction * step, definition.minimum, definition.maximum);
    draft.change(String(next));
    return true;
  };
  return (
    <PlainInput
      field={field}
      draft={draft}
      label={label}
      placeholder={placeholder}
      inputMode={definition.how === "whole" ? "numeric" : "decimal"}
      after={unit === undefined ? undefined : <span className="number-field__unit">{unit}</span>}
      inputClassName={unit === undefined ? "number-field__text" : "number-field__text number-field__text--unit"}
      onKey={onKey}
      {...look}
    />
  );
}

/** The number one step on, within its range, without the noise of binary fractions. */
export function stepped(from: number | null, step: number, minimum: number | null, maximum: number | null): number {
  const start = from ?? (step > 0 ? (minimum ?? 0) - step : (maximum ?? 0) - step);
  const next = Number((start + step).toFixed(6));
  return Math.min(maximum ?? Infinity, Math.max(minimum ?? -Infinity, next));
}
