// A slider through versions, the oldest on the left; arrow keys step.
import { ChevronLeft, ChevronRight } from "lucide-react";
import { Label } from "react-aria-components/Label";
import { Slider, SliderThumb, SliderTrack } from "react-aria-components/Slider";
import { IconButton } from "../ui/button";
import "./scrubber.css";

export interface ScrubberProps {
  label: string;
  count: number;
  value: number;
  /** The version under the thumb, as people call it. */
  words: string;
  onChange: (value: number) => void;
}

export function Scrubber({ label, count, value, words, onChange }: ScrubberProps) {
  const most = count - 1;
  return (
    <div className="scrubber">
      <IconButton
        label="Earlier version"
        size="small"
        icon={<ChevronLeft size={18} aria-hidden />}
        isDisabled={value <= 0}
        onPress={() => onChange(value - 1)}
      />
      <Slider className="scrubber__slider" value={value} minValue={0} maxValue={most} step={1} onChange={onChange}>
        <Label className="visually-hidden">{label}</Label>
        <SliderTrack className="scrubber__track">
          {({ state }) => (
            <>
              <span className="scrubber__line" />
              <span className="scrubber__fill" style={{ width: `${state.getThumbPercent(0) * 100}%` }} />
              <SliderThumb className="scrubber__thumb" />
            </>
          )}
        </SliderTrack>
      </Slider>
      <IconButton
        label="Later version"
        size="small"
        icon={<ChevronRight size={18} aria-hidden />}
        isDisabled={value >= most}
        onPress={() => onChange(value + 1)}
      />
      <p className="scrubber__words" aria-live="polite">
        {words}
        <span className="scrubber__count">
          {value + 1} of {count}
        </span>
      </p>
    </div>
  );
}
