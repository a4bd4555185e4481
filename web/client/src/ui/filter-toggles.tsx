// Filters side by side: any number of them on; none means all.
import { ToggleButton } from "react-aria-components/ToggleButton";
import type { ReactNode } from "react";
import "./filter-toggles.css";

export interface FilterTogglesProps<Value extends string> {
  label: string;
  choices: readonly { value: Value; name: string; icon?: ReactNode }[];
  values: readonly Value[];
  onChange: (values: Value[]) => void;
}

export function FilterToggles<Value extends string>({ label, choices, values, onChange }: FilterTogglesProps<Value>) {
  return (
    <div className="filter-toggles" role="group" aria-label={label}>
      {choices.map(({ value, name, icon }) => (
        <ToggleButton
          key={value}
          className="filter-toggles__one"
          isSelected={values.includes(value)}
          onChange={(isOn) =>
            onChange(
              choices.map((choice) => choice.value).filter((each) => (each === value ? isOn : values.includes(each))),
            )
          }
        >
          {icon}
          {name}
        </ToggleButton>
      ))}
    </div>
  );
}
