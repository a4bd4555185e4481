// A slider with a name and its value in words.
import { Label } from "react-aria-components/Label";
import { Slider, SliderOutput, SliderThumb, SliderTrack } from "react-aria-components/Slider";
import { classes } from "../ui/classes";
import "./range.css";

export interface RangeProps {
  label: string;
  hideLabel?: boolean;
  value: number;
  least: number;
  most: number;
  step: number;
  /** The value as people read it. */
  words: string;
  isDisabled?: boolean;
  onChange: (value: number) => void;
  /** For what describes it further. */
  describedBy?: string;
  className?: string;
}

export function Range({
  label,
  hideLabel,
  value,
  least,
  most,
  step,
  words,
  isDisabled,
  onChange,
  describedBy,
  className,
}: RangeProps) {
  return (
    <Slider
      className={classes("range", className)}
      value={value}
      minValue={least}
      maxValue={most}
      step={step}
      isDisabled={isDisabled ?? false}
      onChange={onChange}
    >
      <span className={hideLabel === true ? "visually-hidden" : "range__words"}>
        <Label className="field__label">{label}</Label>
        <SliderOutput className="range__value">{words}</SliderOutput>
      </span>
      <SliderTrack className="range__track">
        {({ state }) => (
          <>
            <span className="range__line" />
            <span className="range__fill" style={{ width: `${state.getThumbPercent(0) * 100}%` }} />
            <SliderThumb
              className="range__thumb"
              {...(describedBy === undefined ? {} : { "aria-describedby": describedBy })}
            />
          </>
        )}
      </SliderTrack>
    </Slider>
  );
}
