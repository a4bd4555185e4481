// A few choices side by side, one of them taken: the browser's own radio buttons, which arrows move between.
import { useId } from "react";
import { classes } from "./classes";
import "./field.css";
import "./segments.css";

export interface SegmentsProps<Value extends string> {
  label: string;
  hideLabel?: boolean;
  choices: readonly { value: Value; name: string }[];
  value: Value;
  onChange: (value: Value) => void;
}

export function Segments<Value extends string>({ label, hideLabel, choices, value, onChange }: SegmentsProps<Value>) {
  const name = useId();
  return (
    <fieldset className="segments">
      <legend className={classes(hideLabel === true ? "visually-hidden" : "field__label")}>{label}</legend>
      <div className="segments__row">
        {choices.map((choice) => (
          <label key={choice.value} className="segments__choice">
            <input
              type="radio"
              className="segments__radio"
              name={name}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            {choice.name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
