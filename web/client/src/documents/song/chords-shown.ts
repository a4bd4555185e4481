// Whether chords are shown, in the editor and on the sheet: a choice this browser remembers.
import { StoredChoice, useStoredChoice } from "../../ui/stored-choice";

const chordsShown = new StoredChoice<"shown" | "hidden">("counterpoint:chords", ["shown", "hidden"], "shown");

export function useAreChordsShown(): boolean {
  return useStoredChoice(chordsShown) === "shown";
}

export function toggleChords(): void {
  chordsShown.set(chordsShown.getSnapshot() === "shown" ? "hidden" : "shown");
}
