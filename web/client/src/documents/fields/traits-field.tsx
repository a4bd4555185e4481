// Named values of an entity: text, number, yes or no, list; its kind suggests which.
import { Plus, Sparkles } from "lucide-react";
import { useState } from "react";
import { useField } from "../../collab/context";
import type { Path } from "../../collab/path";
import { setField, valueAt } from "../../collab/values";
import { Button } from "../../ui/button";
import "../../ui/field.css";
import { TRAIT_TEMPLATES } from "./definitions";
import { offerBack } from "./entry-actions";
import { FieldFrame } from "./field-frame";
import { TraitRow } from "./trait-row";
import { traitNameProblem, type TraitValue } from "./traits";
import "./traits-field.css";
import { useFieldPlace } from "./use-field";
import { shareIfThere, shareOrGiveBack } from "./use-line";
import { useUnshared } from "./use-unshared";

export interface TraitsFieldProps {
  path: Path;
  label?: string;
  /** The kind of entity whose usual traits are offered; null: none. */
  template?: string | null;
  className?: string;
}

type Traits = Readonly<Record<string, TraitValue>>;

const NO_TRAITS: Traits = {};
/** Suggested traits shown as buttons; the rest would only be noise. */
const OFFERED_MAX = 8;

export function TraitsField({ path, label = "Traits", template = null, className }: TraitsFieldProps) {
  const field = useFieldPlace(path);
  const value = useField(field.path);
  const traits = typeof value === "object" && value !== null ? (value as Traits) : NO_TRAITS;
  const names = Object.keys(traits).sort((one, two) => one.localeCompare(two));
  const keys = useRowKeys(traits);
  const usual = Object.entries(TRAIT_TEMPLATES[template ?? ""] ?? {}).filter(([name]) => !(name in traits));

  /** What is there now, not what was drawn: somebody may have added a trait this very moment. */
  const change = (edit: (now: Record<string, TraitValue>) => Record<string, TraitValue>) => {
    const now = valueAt(field.session.doc, field.path) as Record<string, TraitValue>;
    setField(field.session, field.path, edit({ ...now }));
  };
  const set = (name: string, next: TraitValue) =>
    shareOrGiveBack(field.session, [...field.path, name], { before: traits[name], mine: next }, () =>
      change((now) => ({ ...now, [name]: next })),
    );
  const rename = (from: string, to: string) =>
    shareOrGiveBack(field.session, [...field.path, from], { before: from, mine: to }, () =>
      change(({ [from]: moved, ...others }) => (moved === undefined ? others : { ...others, [to]: moved })),
    );
  const remove = (name: string) => {
    const value = (valueAt(field.session.doc, field.path) as Traits)[name];
    if (value === undefined) return;
    change((now) => Object.fromEntries(Object.entries(now).filter(([other]) => other !== name)));
    offerBack(field.session, [...field.path, name], name, (around) => around.set(name, value));
  };

  return (
    <FieldFrame path={field.path} people={field.people} className={className}>
      <div
        role="group"
        aria-label={label}
        className="traits-field field-frame__ring"
        onFocus={field.presence.onFocus}
        onBlur={field.presence.onBlur}
      >
        <span className="field__label">{label}</span>
        {names.length > 0 && (
          <ul className="traits-field__rows">
            {names.map((name) => (
              <TraitRow
                key={keys.get(name)}
                path={[...field.path, name]}
                name={name}
                value={traits[name] ?? ""}
                others={names.filter((other) => other !== name)}
                isFixed={!field.mayWrite}
                onChange={(next) => set(name, next)}
                onRename={(next) => rename(name, next)}
                onRemove={() => remove(name)}
              />
            ))}
          </ul>
        )}
        {names.length === 0 && !field.mayWrite && <span className="traits-field__none">None</span>}
        {field.mayWrite && (
          <div className="traits-field__adders">
            <NewTrait path={field.path} names={names} onAdd={(name) => set(name, "")} />
            {usual.slice(0, OFFERED_MAX).map(([name, first]) => (
              <button
                key={name}
                type="button"
                className="traits-field__usual"
                onClick={() => set(name, first as TraitValue)}
              >
                <Plus size={12} aria-hidden />
                <span className="visually-hidden">Add </span>
                {name}
              </button>
            ))}
            {usual.length > 1 && (
              <Button
                tone="quiet"
                size="small"
                icon={<Sparkles size={14} aria-hidden />}
                onPress={() =>
                  shareIfThere(() =>
                    change((now) => ({ ...(Object.fromEntries(usual) as Record<string, TraitValue>), ...now })),
                  )
                }
              >
                Add all
              </Button>
            )}
          </div>
        )}
      </div>
    </FieldFrame>
  );
}

/** The rows of traits, by their names as they are now. */
interface Rows {
  readonly traits: Traits;
  readonly keys: ReadonlyMap<string, number>;
}

/** Keeps the row of a trait while it gets another name: somebody may be typing its value. */
function useRowKeys(traits: Traits): ReadonlyMap<string, number> {
  const [rows, setRows] = useState<Rows>(() => rowsOf(traits, { traits: NO_TRAITS, keys: new Map() }));
  if (rows.traits === traits) return rows.keys;
  const next = rowsOf(traits, rows);
  setRows(next);
  return next.keys;
}

function rowsOf(traits: Traits, before: Rows): Rows {
  const [gone, ...othersGone] = Object.keys(before.traits).filter((name) => !(name in traits));
  const [come, ...othersCome] = Object.keys(traits).filter((name) => !(name in before.traits));
  const isOne = othersGone.length === 0 && othersCome.length === 0 && gone !== undefined && come !== undefined;
  const isRenamed = isOne && isSame(before.traits[gone], traits[come]);
  let last = Math.max(0, ...before.keys.values());
  const keyOf = (name: string) => before.keys.get(isRenamed && name === come ? gone : name) ?? (last += 1);
  return { traits, keys: new Map(Object.keys(traits).map((name) => [name, keyOf(name)])) };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

interface NewTraitProps {
  path: Path;
  names: readonly string[];
  onAdd: (name: string) => void;
}

/** Where the name of another trait is typed. */
function NewTrait({ path, names, onAdd }: NewTraitProps) {
  const [name, setName] = useState("");
  const problem = name.trim() === "" ? null : traitNameProblem(name, names);
  const add = () => {
    if (name.trim() === "" || problem !== null) return;
    onAdd(name.trim());
    setName("");
  };
  useUnshared({
    path,
    typed: name.trim() === "" ? null : name,
    before: "",
    problem,
    commit: add,
  });
  return (
    <div className="traits-field__new">
      <input
        dir="auto"
        className="traits-field__name"
        aria-label="Name of a new trait"
        placeholder="Add a trait"
        value={name}
        autoComplete="off"
        aria-invalid={problem !== null}
        onChange={(event) => setName(event.target.value)}
        onBlur={add}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") add();
          else if (event.key === "Escape") setName("");
          else return;
          event.preventDefault();
        }}
      />
      {problem !== null && (
        <p className="field-frame__problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
