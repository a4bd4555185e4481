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
  /** What people call a stored value, where they read and type other words than those stored. */
  nameOf?: (value: string) => string;
  /** What is stored for words that are typed: the way back from `nameOf`. */
  storedAs?: (words: string) => string;
  inputMode?: "text" | "url";
  /** Long lines are shown whole, on several lines. */
  wraps?: boolean;
  className?: string;
  inputClassName?: string;
}

export function LineField({
  path,
  label,
  nameOf = asItIs,
  storedAs = asItIs,
  inputMode = "text",
  wraps,
  ...look
}: LineFieldProps) {
  const field = useFieldPlace(path);
  const { definition } = field;
  const codec = useMemo<PlainText>(
    () => ({
      toText: (value) => (typeof value === "string" ? nameOf(value) : ""),
      toValue: (text) => storedAs(text.trim()) || null,
      problemOf: (text) => lineProblem(text.trim(), definition),
    }),
    [definition, nameOf, storedAs],
  );
  const draft = usePlainDraft(field, codec);
  const offered = useMemo(
    () => definition.suggestions.map(nameOf).map((name) => ({ value: name, name })),
    [nameOf, definition],
  );
  if (offered.length === 0)
    return <PlainInput field={field} draft={draft} label={label} inputMode={inputMode} wraps={wraps} {...look} />;
  return <SuggestInput field={field} draft={draft} label={label} suggestions={offered} {...look} />;
}

function asItIs(words: string): string {
  return words;
}
