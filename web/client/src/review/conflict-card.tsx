// One conflict: what it is about, what each choice gives, and a choice between them.
import { useId, useMemo } from "react";
import type { KindName } from "../api/addresses";
import type { Conflict, ConflictChoice } from "../api/branches";
import { Chip } from "../ui/chip";
import { AuthorshipContext } from "../history/author-mark";
import type { PersonOf } from "../api/use-people";
import { EntryContent } from "../history/entry-content";
import { placeAt } from "../history/field-names";
import type { Content } from "../history/requests";
import { TextChange } from "../history/text-change";
import { Value } from "../history/values";
import { CHOICE_WORDS, CONFLICT_WORDS, placeInWords } from "./conflict-words";
import "./conflict-card.css";

export interface ConflictCardProps {
  kind: KindName;
  conflict: Conflict;
  contents: readonly Content[];
  authorOf: PersonOf;
  choice: ConflictChoice | null;
  /** Null: this person cannot choose. */
  onChoose: ((choice: ConflictChoice) => void) | null;
}

export function ConflictCard({ kind, conflict, contents, authorOf, choice, onChoose }: ConflictCardProps) {
  const group = useId();
  const authorship = useMemo(() => ({ authorOf, onShow: null, litId: null }), [authorOf]);
  const place = placeAt(kind, conflict.path, contents);
  const field = place.field ?? place.group.name;
  const show = (value: unknown) => <Side value={value} field={field} how={place.how} conflict={conflict} />;
  const values: Record<ConflictChoice, unknown> = { document: conflict.document, branch: conflict.branch, both: null };
  const isText = conflict.outcomes.length > 0;
  const given = (choice: ConflictChoice) => {
    const outcome = conflict.outcomes.find((one) => one.choice === choice);
    if (outcome === undefined) return show(values[choice]);
    return <TextChange spans={outcome.spans} layout="inline" isLyrics={field === "Lyrics"} />;
  };
  return (
    <fieldset className="conflict" data-settled={choice !== null || undefined}>
      <legend className="conflict__name">{placeInWords(kind, conflict.path, contents)}</legend>
      <p className="conflict__kind">
        {CONFLICT_WORDS[conflict.kind]}
        {choice === null ? <Chip tone="warning">Needs a choice</Chip> : <Chip tone="success">Settled</Chip>}
      </p>
      {isText ? (
        <p className="conflict__note">What each choice makes of the text as both began with it:</p>
      ) : (
        <div className="conflict__base">
          <span className="conflict__head">Before, in both</span>
          {show(conflict.base)}
        </div>
      )}
      <AuthorshipContext value={authorship}>
        <div className="conflict__choices" data-texts={isText || undefined}>
          {conflict.choices.map((one) => (
            <label key={one} className="conflict__choice">
              <span className="conflict__head">
                <input
                  type="radio"
                  className="conflict__radio"
                  name={group}
                  aria-labelledby={`${group}${one}`}
                  disabled={onChoose === null}
                  checked={choice === one}
                  onChange={() => onChoose?.(one)}
                />
                <span id={`${group}${one}`}>{CHOICE_WORDS[one]}</span>
              </span>
              {given(one)}
            </label>
          ))}
        </div>
      </AuthorshipContext>
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
