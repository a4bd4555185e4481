// A colour as #rrggbb: typed, or picked with the browser's own picker.
import type { Path } from "../../collab/path";
import { colourIn, colourProblem } from "./problems";
import { PlainInput } from "./plain-input";
import { useFieldPlace } from "./use-field";
import { usePlainDraft, type PlainText } from "./use-line";
import "./colour-field.css";

const CODEC: PlainText = {
  toText: (value) => (typeof value === "string" ? value : ""),
  toValue: colourIn,
  problemOf: colourProblem,
};

export interface ColourFieldProps {
  path: Path;
  label: string;
  hideLabel?: boolean;
  className?: string;
}

export function ColourField({ path, label, ...look }: ColourFieldProps) {
  const field = useFieldPlace(path);
  const draft = usePlainDraft(field, CODEC);
  const colour = colourIn(draft.text);
  const picker = (
    <input
      type="color"
      className="colour-field__picker"
      aria-label={`Pick ${label.toLowerCase()}`}
      value={colour ?? "#808080"}
      data-empty={colour === null || undefined}
      disabled={!field.mayWrite}
      onChange={(event) => draft.change(event.target.value)}
      onFocus={field.presence.onFocus}
      onBlur={() => {
        draft.commit();
        field.presence.onBlur();
      }}
    />
  );
  return (
    <PlainInput
      field={field}
      draft={draft}
      label={label}
      placeholder="#rrggbb"
      spellCheck={false}
      before={picker}
      inputClassName="colour-field__text"
      {...look}
    />
  );
}
