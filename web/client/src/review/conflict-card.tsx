// One conflict: what it is about, the three texts, and a choice between them.
import { useId } from "react";
import type { KindName } from "../api/addresses";
import type { Conflict, ConflictChoice } from "../api/branches";
import { Chip } from "../ui/chip";
import { EntryContent } from "../history/entry-content";
import { placeAt } from "../history/field-names";
import type { Content } from "../history/requests";
import { Value } from "../history/values";
import { CHOICE_WORDS, CONFLICT_WORDS, placeInWords } from "./conflict-words";
import "./conflict-card.css";

export interface ConflictCardProps {
  kind: KindName;
  conflict: Conflict;
  contents: readonly Content[];
  choice: ConflictChoice | null;
  /** Null: this person cannot choose. */
  onChoose: ((choice: ConflictChoice) => void) | null;
}

export function ConflictCard({ kind, conflict, contents, choice, onChoose }: ConflictCardProps) {
  const group = useId();
  const place = placeAt(kind, conflict.path, contents);
  const show = (value: unknown) => (
    <Side value={value} field={place.field ?? place.group.name} how={place.how} conflict={conflict} />
  );
  const texts: Record<ConflictChoice, unknown> = { document: conflict.document, branch: conflict.branch, both: null };
  return (
    <fieldset className="conflict" data-settled={choice !== null || undefined} disabled={onChoose === null}>
      <legend className="conflict__name">{placeInWords(kind, conflict.path, contents)}</legend>
      <p className="conflict__kind">
        {CONFLICT_WORDS[conflict.kind]}
        {choice === null ? <Chip tone="warning">Needs a choice</Chip> : <Chip tone="success">Settled</Chip>}
      </p>
      <div className="conflict__base">
        <span className="conflict__head">Before, in both</span>
        {show(conflict.base)}
      </div>
      <div className="conflict__choices">
        {conflict.choices.map((one) => (
          <label key={one} className="conflict__choice">
            <span className="conflict__head">
              <input
                type="radio"
                className="conflict__radio"
                name={group}
                checked={choice === one}
                onChange={() => onChoose?.(one)}
              />
              {CHOICE_WORDS[one]}
            </span>
            {one !== "both" && show(texts[one])}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Side({ value, field, how, conflict }: { value: unknown; field: string; how: string; conflict: Conflict }) {
  if (conflict.kind === "both_moved" && typeof value === "number")
    return <span className="conflict__text">Place {value + 1}</span>;
  if (conflict.kind === "edited_and_removed" && (value === null || value === undefined))
    return <span className="conflict__none">Not there</span>;
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return <EntryContent entry={value} listPath={conflict.path} how="insert" />;
  return (
    <span className="conflict__text" data-lyrics={field === "Lyrics" || undefined}>
      <Value value={value} field={field} how={how} />
    </span>
  );
}
