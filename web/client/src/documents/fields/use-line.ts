// The draft of a field whose value is one plain value, and how it is shared.
import { useCallback, useMemo } from "react";
import type { DocumentSession } from "../../collab/document-session";
import type { Path } from "../../collab/path";
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
    (text: string, before: string) =>
      shareOrGiveBack(session, path, { before: codec.toValue(before), mine: codec.toValue(text) }),
    [session, path, codec],
  );
  const writer = useCallback(() => writerAt(session.doc, path, people), [session, path, people]);
  const options = useMemo(
    () => ({ path, shared, problemOf: codec.problemOf, share, writer }),
    [path, shared, codec, share, writer],
  );
  return useDraft(options);
}

const GONE = "What this belonged to was removed by somebody else while you were writing.";

/**
 * Writes what was typed at a place. Writing may have ended meanwhile, or the entry around may have gone: then the words
 * are given back to whoever typed them. `write`: when it is not the plain value itself that is written.
 */
export function shareOrGiveBack(
  session: DocumentSession,
  path: Path,
  { before, mine }: { before: unknown; mine: unknown },
  write: () => void = () => setField(session, path, mine),
): void {
  const { mayWrite, readOnlyReason } = session.getState();
  if (!mayWrite) {
    session.giveBack(path, before, mine, readOnlyReason ?? "This cannot be changed now.");
    return;
  }
  try {
    write();
  } catch (error) {
    if (!(error instanceof Error && error.name === "Gone")) throw error;
    session.giveBack(path, before, mine, GONE);
  }
}

/** Runs an edit; that the entry around was removed by somebody else is no failure of the one who typed. */
export function shareIfThere(edit: () => void): void {
  try {
    edit();
  } catch (error) {
    if (!(error instanceof Error && error.name === "Gone")) throw error;
  }
}
