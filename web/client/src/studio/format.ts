// Times, sizes and figures as people read them.
import { inWords } from "../ui/moments";
import { capitalised, counted } from "../ui/words";

/** "1 minute 5 seconds", for those who hear it. */
export function spokenTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const parts = [
    [Math.floor(whole / 60), "minute"],
    [whole % 60, "second"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => counted(count, unit));
  return said.join(" ") || "0 seconds";
}

/** "5 minutes ago", "yesterday", after a week the date; what seems to come, by a clock that runs behind, was just now. */
export function ago(moment: string, now: number): string {
  return inWords(new Date(Math.min(Date.parse(moment), now)), new Date(now));
}

/** "26.6 MB". */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** "−14.0": with a minus sign that is as wide as a digit. */
export function decimal(value: number, digits = 1): string {
  return value.toFixed(digits).replace("-", "−");
}

/** "pre_chorus" and "loudness lufs" become "Pre chorus" and "Loudness LUFS". */
export function sentenceCase(name: string): string {
  const words = name.replace(/[_-]+/gu, " ").trim().toLowerCase();
  const spelt = words.replace(/\b(lufs|bpm|db|hz|midi)\b/gu, (unit) => UNITS[unit] ?? unit);
  return capitalised(spelt);
}

/** What a program says in a phrase, as it stands alone: with a capital and a full stop. */
export function sentence(phrase: string): string {
  const whole = capitalised(phrase.trim());
  return whole === "" || /[.!?…:]$/u.test(whole) ? whole : `${whole}.`;
}

const UNITS: Record<string, string> = { lufs: "LUFS", bpm: "BPM", db: "dB", hz: "Hz", midi: "MIDI" };
