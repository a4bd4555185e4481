// What the Saved chip says: the truth about the edits made here, in two or three words.
import type { SessionState } from "../../collab/document-session";
import { counted } from "../../ui/words";

export interface SavedState {
  name: "opening" | "saved" | "saving" | "slow" | "typing" | "unfit" | "waiting" | "offline" | "refused" | "read-only";
  /** What the chip shows. */
  words: string;
  /** The same as a sentence, with what it means. */
  sentence: string;
}

/** Says how a session stands. `nameOf`: what people call the field at a JSON Pointer. */
export function savedStateOf(state: SessionState, nameOf: (place: string) => string): SavedState {
  const { phase, connection, unsaved, isSlow, keptLocally, mayWrite, refusals } = state;
  const edits = counted(unsaved, "edit");
  const kept = keptLocally ? `${edits} kept here` : `${edits} only in this tab`;
  const safety = keptLocally
    ? `${unsaved === 1 ? "It is kept in this browser and goes out by itself" : "They are kept in this browser and go out by themselves"}.`
    : `This browser keeps nothing: leave this tab open until ${unsaved === 1 ? "it is" : "they are"} saved.`;
  if (refusals.length > 0)
    return { name: "refused", words: "Not saved", sentence: "Some of your text was not accepted. See what and why." };
  if (phase === "loading") return { name: "opening", words: "Opening…", sentence: "The document is opening." };
  const draft = draftState(state, nameOf);
  if (draft?.name === "unfit") return draft;
  const stranded = strandedState(state, edits, kept);
  if (stranded !== null) return stranded;
  if (connection !== "online" && unsaved > 0) {
    const place = connection === "offline" ? "Offline" : "Connecting";
    return { name: "offline", words: `${place}, ${kept}`, sentence: `${place}: ${edits} not saved yet. ${safety}` };
  }
  if (isSlow && unsaved > 0)
    return {
      name: "slow",
      words: `Not saved yet, ${kept}`,
      sentence: `The studio takes long to answer: ${edits} not saved yet. ${safety}`,
    };
  const saving: SavedState = { name: "saving", words: "Saving…", sentence: `${edits} on the way to the studio.` };
  // Until the studio has answered about what was written before, nobody can say more.
  if (!mayWrite && unsaved > 0) return saving;
  if (!mayWrite)
    return { name: "read-only", words: "Read only", sentence: state.readOnlyReason ?? "You may read here, not write." };
  if (connection === "offline")
    return {
      name: "offline",
      words: "Offline",
      sentence: keptLocally
        ? `The studio cannot be reached. ${draft?.sentence ?? "You can write on: it is kept in this browser and goes out by itself."}`
        : "The studio cannot be reached, and this browser keeps nothing: leave this tab open until it is back.",
    };
  if (connection === "connecting")
    return { name: "waiting", words: "Connecting…", sentence: "Connecting. Everything you wrote before is saved." };
  if (draft !== null) return draft;
  if (unsaved > 0) return saving;
  return { name: "saved", words: "Saved", sentence: "Everything is saved in the studio." };
}

/** What is unsaved of a document one is kept from: it does not go out by itself. Null: one is not, or all is saved. */
function strandedState({ phase, unsaved, keptLocally }: SessionState, edits: string, kept: string): SavedState | null {
  if (unsaved === 0) return null;
  const where = keptLocally ? "" : " This browser keeps nothing: leave this tab open until then.";
  const [they, go] = unsaved === 1 ? ["It", "goes"] : ["They", "go"];
  switch (phase) {
    case "signed-out":
      return {
        name: "offline",
        words: `Signed out, ${kept}`,
        sentence: `${edits} not saved yet. ${they} ${go} out once you sign in again here.${where}`,
      };
    case "trashed":
      return {
        name: "offline",
        words: `In the trash, ${kept}`,
        sentence: `${edits} not saved yet. ${they} ${go} out once this document is restored.${where}`,
      };
    case "missing":
      return {
        name: "unfit",
        words: "Not saved",
        sentence: `${edits} cannot be saved: this document is not in the studio any more. Copy here what you need.`,
      };
    default:
      return null;
  }
}

/** What is typed in a field and not shared yet: nothing else has it. Null: there is no such thing. */
function draftState({ drafts, mayWrite }: SessionState, nameOf: (place: string) => string): SavedState | null {
  const draft = drafts.find((one) => !one.isSound) ?? drafts.at(-1);
  if (draft === undefined) return null;
  const typed = `What you typed in ${nameOf(draft.place)}`;
  if (!draft.isSound)
    return { name: "unfit", words: "Not saved", sentence: `${typed} cannot be saved as it is: the field says why.` };
  if (!mayWrite)
    return {
      name: "unfit",
      words: "Not saved",
      sentence: `${typed} cannot be saved now. Leave the field, and it is given back to you.`,
    };
  return {
    name: "typing",
    words: "Not saved yet",
    sentence: `${typed} is shared when you press Enter or leave the field.`,
  };
}
