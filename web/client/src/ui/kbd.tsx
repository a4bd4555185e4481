// Keys as people see them on their own keyboard: "Mod" is Command on a Mac, Control elsewhere.
import { Fragment } from "react";
import "./kbd.css";

export const isMac = /Macintosh|iPhone|iPad/.test(navigator.userAgent);
const NAMES: Record<string, string> = {
  ...(isMac ? { Mod: "⌘", Alt: "⌥", Shift: "⇧" } : { Mod: "Ctrl" }),
  Up: "↑",
  Down: "↓",
  Left: "←",
  Right: "→",
  Escape: "Esc",
};

/** Shows a combination such as `Mod+K`, or keys one after the other such as `G L`. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="keys">
      {keys.split(" ").map((stroke, index) => (
        <Fragment key={`${stroke}-${index}`}>
          {index > 0 && <small className="keys__then"> then </small>}
          <kbd className="kbd">
            {stroke
              .split("+")
              .map((key) => NAMES[key] ?? key)
              .join(isMac ? "" : " ")}
          </kbd>
        </Fragment>
      ))}
    </span>
  );
}
