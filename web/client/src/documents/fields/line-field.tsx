// A short text that is replaced as a whole, with suggestions where there are some; anything else is accepted too.
import { useMemo } from "react";
import type { Path } from "../../collab/path";
import { PlainInput } from "./plain-input";
import { lineProblem } from "./problems";
import { SuggestInput } from "./suggest-input";
import { useFieldPlace } from "./use-field";
import { usePlainDraft, type PlainText } from "./use-line";

export interface LineFieldProps {
  path: Path;
  label: string;
  hideLabel?: boolean;
  placeholder?: string;
  /** Other suggestions than the kind's own, with names for what is stored. */
  suggestions?: readonly { value: string; name: string }[];
  inputMode?: "text" | "url";
  /** Long lines are shown whole, on several lines. */
  wraps?: boolean;
  className?: string;
  inputClassName?: string;
}

export function LineField({ path, label, suggestions, inputMode = "text", wraps, ...look }: LineFieldProps) {
  const field = useFieldPlace(path);
  const { definition } = field;
  const codec = useMemo<PlainText>(
    () => ({
      toText: (value) => (typeof value === "string" ? value : ""),
      toValue: (text) => text.trim() || null,
      problemOf: (text) => lineProblem(text.trim(), definition),
    }),
    [definition],
  );
  const draft = usePlainDraft(field, codec);
  const offered = useMemo(
    () => suggestions ?? definition.suggestions.map((value) => ({ value, name: value })),
    [suggestions, definition],
  );
  if (offered.length === 0)
    return <PlainInput field={field} draft={draft} label={label} inputMode={inputMode} wraps={wraps} {...look} />;
  return <SuggestInput field={field} draft={draft} label={label} suggestions={offered} {...look} />;
}
