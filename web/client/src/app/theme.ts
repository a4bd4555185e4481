// Light, dark, or as the system has it. public/theme.js sets it before the first paint; this keeps it in step.
import { StoredChoice } from "../ui/stored-choice";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const theme = new StoredChoice<Theme>("counterpoint:theme", THEMES, "system");

/** Shows the chosen theme now and whenever it changes, in this tab or another. */
export function followTheme(): void {
  theme.subscribe(showTheme);
  showTheme();
}

function showTheme(): void {
  const chosen = theme.getSnapshot();
  if (chosen === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
}
