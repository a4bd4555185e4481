// The draft of a field whose value is one plain value, and how it is shared.
import { useCallback, useMemo } from "react";
import { useField, usePeople } from "../../collab/context";
import { setField } from "../../collab/values";
import { useDraft, type Draft } from "./use-draft";
import type { FieldPlace } from "./use-field";
import { writerAt } from "./writer";

export interface PlainText {
  /** The value as it is typed. */
  toText: (value: unknown) => string;
  /** The value a text without problem means; null: not set. */
  toValue: (text: string) => unknown;
  problemOf: (text: string) => string | null;
}

/** A draft over the plain value at a place. `codec` must stay the same between renders. */
export function usePlainDraft(field: FieldPlace, codec: PlainText): Draft {
  const { session, path } = field;
  const shared = codec.toText(useField(path));
  const people = usePeople();
  const share = useCallback(
    (text: string) => {
      // The entry around may have gone, or writing may have ended, while this was typed.
      if (session.getState().mayWrite) shareIfThere(() => setField(session, path, codec.toValue(text)));
    },
    [session, path, codec],
  );
  const writer = useCallback(() => writerAt(session.doc, path, people), [session, path, people]);
  const options = useMemo(
    () => ({ shared, problemOf: codec.problemOf, share, writer }),
    [shared, codec, share, writer],
  );
  return useDraft(options);
}

/** Runs an edit; that the entry around was removed by somebody else is no failure of the one who typed. */
export function shareIfThere(edit: () => void): void {
  try {
    edit();
  } catch (error) {
    if (!(error instanceof Error && error.name === "Gone")) throw error;
  }
}
