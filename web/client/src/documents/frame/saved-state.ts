// What the Saved chip says: the truth about the edits made here, in two or three words.
import type { SessionState } from "../../collab/document-session";

export interface SavedState {
  name: "opening" | "saved" | "saving" | "waiting" | "offline" | "refused" | "read-only";
  /** What the chip shows. */
  words: string;
  /** The same as a sentence, with what it means. */
  sentence: string;
}

/** Says how a session stands. */
export function savedStateOf(state: SessionState): SavedState {
  const { phase, connection, unsaved, keptLocally, mayWrite, refusals } = state;
  const edits = unsaved === 1 ? "1 edit" : `${unsaved} edits`;
  const kept = keptLocally ? `${edits} kept here` : `${edits} only in this tab`;
  const safety = keptLocally
    ? "They are kept in this browser and go out by themselves."
    : "This browser keeps nothing: leave this tab open until they are saved.";
  if (refusals.length > 0)
    return { name: "refused", words: "Not saved", sentence: "Some of your text was not accepted. See what and why." };
  if (phase === "loading") return { name: "opening", words: "Opening…", sentence: "The document is opening." };
  if (connection !== "online" && unsaved > 0) {
    const place = connection === "offline" ? "Offline" : "Connecting";
    return { name: "offline", words: `${place}, ${kept}`, sentence: `${place}: ${edits} not saved yet. ${safety}` };
  }
  if (!mayWrite)
    return { name: "read-only", words: "Read only", sentence: state.readOnlyReason ?? "You may read here, not write." };
  if (connection === "offline")
    return {
      name: "offline",
      words: "Offline",
      sentence: keptLocally
        ? "The studio cannot be reached. You can write on: it is kept in this browser and goes out by itself."
        : "The studio cannot be reached, and this browser keeps nothing: leave this tab open until it is back.",
    };
  if (connection === "connecting")
    return { name: "waiting", words: "Connecting…", sentence: "Connecting. Everything you wrote before is saved." };
  if (unsaved > 0) return { name: "saving", words: "Saving…", sentence: `${edits} on the way to the studio.` };
  return { name: "saved", words: "Saved", sentence: "Everything is saved in the studio." };
}
