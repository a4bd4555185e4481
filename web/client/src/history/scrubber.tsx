// A slider through versions, the oldest on the left; arrow keys step.
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { Label } from "react-aria-components/Label";
import { Slider, SliderThumb, SliderTrack } from "react-aria-components/Slider";
import { IconButton } from "../ui/button";
import "./scrubber.css";

export interface ScrubberProps {
  label: string;
  /** The last step; the first is 0. */
  most: number;
  value: number;
  /** The version under the thumb, as people call it. */
  words: string;
  onChange: (value: number) => void;
  /** To the end of the edit before, and of the next; null: there is none. */
  onEarlier: (() => void) | null;
  onLater: (() => void) | null;
}

export function Scrubber({ label, most, value, words, onChange, onEarlier, onLater }: ScrubberProps) {
  const input = useRef<HTMLInputElement>(null);
  // The slider itself would say the number of its step.
  useLayoutEffect(() => input.current?.setAttribute("aria-valuetext", words));
  return (
    <div className="scrubber">
      <IconButton
        label="Earlier version"
        size="small"
        icon={<ChevronLeft size={18} aria-hidden />}
        isDisabled={onEarlier === null}
        onPress={() => onEarlier?.()}
      />
      <Slider className="scrubber__slider" value={value} minValue={0} maxValue={most} step={1} onChange={onChange}>
        <Label className="visually-hidden">{label}</Label>
        <SliderTrack className="scrubber__track">
          {({ state }) => (
            <>
              <span className="scrubber__line" />
              <span className="scrubber__fill" style={{ width: `${state.getThumbPercent(0) * 100}%` }} />
              <SliderThumb className="scrubber__thumb" inputRef={input} />
            </>
          )}
        </SliderTrack>
      </Slider>
      <IconButton
        label="Later version"
        size="small"
        icon={<ChevronRight size={18} aria-hidden />}
        isDisabled={onLater === null}
        onPress={() => onLater?.()}
      />
      <p className="scrubber__words" aria-live="polite">
        {words}
      </p>
    </div>
  );
}
