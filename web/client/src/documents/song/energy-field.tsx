// How hard a section is played, from nothing to all there is: a small slider. Left alone, the kind decides.
import { useId, useState, type CSSProperties } from "react";
import { useField } from "../../collab/context";
import { setField } from "../../collab/values";
import { FieldFrame } from "../fields/field-frame";
import { useFieldPlace } from "../fields/use-field";
import { shareIfThere } from "../fields/use-line";
import { sectionPath } from "./section-edits";
import { playedAs, USUAL } from "./section-kinds";
import "./energy-field.css";

const STEP_PERCENT = 5;

export function EnergyField({ id }: { id: string }) {
  const field = useFieldPlace(sectionPath(id, "energy"));
  const kind = playedAs(useField(sectionPath(id, "kind")));
  const shared = useField(field.path);
  const [draft, setDraft] = useState<number | null>(null);
  const inputId = useId();
  const share = (energy: number | null) => {
    setDraft(null);
    if (field.session.getState().mayWrite) shareIfThere(() => setField(field.session, field.path, energy));
  };
  // While it is dragged nothing is shared: every step would be a version of its own.
  const commit = () => {
    if (draft !== null) share(draft);
  };
  const energy = draft ?? (typeof shared === "number" ? shared : null);
  const shown = energyWords(energy);
  return (
    <FieldFrame path={field.path} people={field.people} className="energy-field">
      <div className="energy-field__line" data-unset={energy === null || undefined}>
        <label htmlFor={inputId}>Energy</label>
        <input
          id={inputId}
          className="energy-field__slider"
          type="range"
          min={0}
          max={100}
          step={STEP_PERCENT}
          style={{ "--fill": `${Math.round((energy ?? USUAL[kind].energy) * 100)}%` } as CSSProperties}
          value={Math.round((energy ?? USUAL[kind].energy) * 100)}
          aria-valuetext={energy === null ? `not set, ${energyWords(USUAL[kind].energy)} is played` : shown}
          onChange={(event) => setDraft(event.target.valueAsNumber / 100)}
          onPointerUp={commit}
          onKeyUp={commit}
          onFocus={field.presence.onFocus}
          onBlur={() => {
            commit();
            field.presence.onBlur();
          }}
          onKeyDown={(event) => {
            if (event.key === "Delete" || event.key === "Backspace") share(null);
            else if (event.key === "Escape") setDraft(null);
          }}
        />
        <span className="energy-field__value" aria-hidden>
          {shown}
        </span>
      </div>
    </FieldFrame>
  );
}

/** "45 %"; one that is not set is left to the player. */
export function energyWords(energy: unknown): string {
  return typeof energy === "number" ? `${Math.round(energy * 100)} %` : "auto";
}
