// Keys as people see them on their own keyboard: "Mod" is Command on a Mac, Control elsewhere.
import "./kbd.css";

const isMac = /Macintosh|iPhone|iPad/.test(navigator.userAgent);
const NAMES: Record<string, string> = isMac
  ? { Mod: "⌘", Alt: "⌥", Shift: "⇧" }
  : { Mod: "Ctrl", Up: "↑", Down: "↓", Left: "←", Right: "→" };

/** Shows a combination such as `Mod+K`. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd className="kbd">
      {keys
        .split("+")
        .map((key) => NAMES[key] ?? key)
        .join(isMac ? "" : " ")}
    </kbd>
  );
}
