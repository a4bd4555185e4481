// What surrounds the control of every field: who is in it, what is wrong, what others wrote meanwhile, warnings.
import { useContext, type CSSProperties, type ReactNode } from "react";
import type { Person } from "../../collab/context";
import { FieldComments } from "../../comments/field-comments";
import { personColour } from "../../ui/avatar";
import { classes } from "../../ui/classes";
import type { Draft } from "./use-draft";
import { WarnedNearby, WarningsAt } from "./warnings-at";
import { pointerTo, type Path } from "../../collab/path";
import "./field-frame.css";

/** Names shown on a field before the rest becomes a number. */
const NAMES_SHOWN_MAX = 2;

export interface FieldFrameProps {
  path: Path;
  /** Others who are in the field. */
  people: readonly Person[];
  className?: string | undefined;
  children: ReactNode;
}

/** A ring in the colour of whoever is in the field, a flag with the name, the control, warnings below. */
export function FieldFrame({ path, people, className, children }: FieldFrameProps) {
  const [first] = people;
  const isWarnedNearby = useContext(WarnedNearby);
  const style = first && held(first);
  return (
    <div
      data-place={pointerTo(path)}
      className={classes("field-frame", first !== undefined && "field-frame--held", className)}
      style={style}
    >
      {first !== undefined && <FieldPeople people={people} />}
      {children}
      <FieldComments path={path} />
      {!isWarnedNearby && <WarningsAt path={path} />}
    </div>
  );
}

/** Who is in a field, as a small flag; each name in its person's colour. */
function FieldPeople({ people }: { people: readonly Person[] }) {
  const shown = people.slice(0, NAMES_SHOWN_MAX);
  const more = people.length - shown.length;
  return (
    <span className="field-frame__people" title={people.map((person) => person.name).join(", ")}>
      <span className="visually-hidden">Here now: </span>
      {shown.map((person, index) => (
        <span key={person.clientId} className="field-frame__person" style={held(person)}>
          {index > 0 && <span className="visually-hidden">, </span>}
          {person.name}
        </span>
      ))}
      {more > 0 && (
        <span className="field-frame__person">
          <span className="visually-hidden"> and </span>+{more}
        </span>
      )}
    </span>
  );
}

function held(person: Person): CSSProperties {
  return { "--held": personColour(person.colour) } as CSSProperties;
}

/** Under a control: what is wrong with the draft, or what came while it was typed. */
export function DraftNotes({ draft, id, empty = "nothing" }: { draft: Draft; id: string; empty?: string }) {
  return (
    <div id={id} className="field-frame__notes" aria-live="polite">
      {draft.problem !== null && (
        <p className="field-frame__problem">
          {draft.problem} <RestoreButton draft={draft} words="Put back what was there" />
        </p>
      )}
      {draft.news !== null && (
        <p className="field-frame__news">
          {draft.news.name ?? "Somebody"} set <strong>{draft.news.text === "" ? empty : draft.news.text}</strong> while
          you were typing. Enter keeps yours. <RestoreButton draft={draft} words="Take theirs" />{" "}
          <span aria-hidden>(Esc)</span>
        </p>
      )}
    </div>
  );
}

function RestoreButton({ draft, words }: { draft: Draft; words: string }) {
  return (
    <button
      type="button"
      className="field-frame__restore"
      // Before the field loses its focus, which would share the draft.
      onPointerDown={(event) => event.preventDefault()}
      onClick={draft.restore}
    >
      {words}
    </button>
  );
}
