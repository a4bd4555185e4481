// A few choices side by side, one of them taken.
import { Label } from "react-aria-components/Label";
import { RadioButton, RadioField, RadioGroup } from "react-aria-components/RadioGroup";
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
  return (
    <RadioGroup
      className="segments"
      orientation="horizontal"
      value={value}
      onChange={(chosen) => {
        const choice = choices.find((each) => each.value === chosen);
        if (choice !== undefined) onChange(choice.value);
      }}
    >
      <Label className={classes(hideLabel === true ? "visually-hidden" : "field__label")}>{label}</Label>
      <div className="segments__row">
        {choices.map((choice) => (
          <RadioField key={choice.value} value={choice.value}>
            <RadioButton className="segments__choice">{choice.name}</RadioButton>
          </RadioField>
        ))}
      </div>
    </RadioGroup>
  );
}
