// How far something long has come.
import { Label } from "react-aria-components/Label";
import { ProgressBar as AriaProgressBar } from "react-aria-components/ProgressBar";
import "./progress-bar.css";

/** `fraction` 0 to 1; null: nobody knows. */
export function ProgressBar({ label, fraction }: { label: string; fraction: number | null }) {
  return (
    <AriaProgressBar
      className="progress"
      isIndeterminate={fraction === null}
      value={fraction === null ? 0 : fraction * 100}
    >
      {({ valueText }) => (
        <>
          <span className="progress__words">
            <Label>{label}</Label>
            {fraction !== null && <span>{valueText}</span>}
          </span>
          <span className="progress__track">
            <span
              className={fraction === null ? "progress__fill progress__fill--unknown" : "progress__fill"}
              style={fraction === null ? {} : { transform: `scaleX(${fraction})` }}
            />
          </span>
        </>
      )}
    </AriaProgressBar>
  );
}
