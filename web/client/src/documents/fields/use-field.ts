// What every bound field knows: its place, who is in it, whether it may be written.
import { useMemo } from "react";
import { useDocument, usePeopleAt, useSessionPart, type Person } from "../../collab/context";
import type { DocumentSession } from "../../collab/document-session";
import { pathOf, pointerTo, type Path } from "../../collab/path";
import { definitionAt, type Definition } from "./definitions";

export interface FieldPlace {
  session: DocumentSession;
  /** The same array as long as the place is the same. */
  path: Path;
  /** The place as a JSON Pointer. */
  place: string;
  definition: Definition;
  /** Others who are in this field now, one a person. */
  people: Person[];
  mayWrite: boolean;
  /** For the control's focus events: tells the others that I am here. */
  presence: { onFocus: () => void; onBlur: () => void };
}

/** The place of a field in the document around. */
export function useFieldPlace(path: Path): FieldPlace {
  const session = useDocument();
  const place = pointerTo(path);
  const stable = useMemo(() => pathOf(place), [place]);
  const definition = useMemo(() => definitionAt(session.kind, stable), [session.kind, stable]);
  const people = usePeopleAt(place);
  const mayWrite = useMayWrite();
  const presence = useMemo(
    () => ({ onFocus: () => session.announce(place), onBlur: () => session.leave(place) }),
    [session, place],
  );
  return { session, path: stable, place, definition, people, mayWrite, presence };
}

/** Whether the document may be written: hundreds of fields ask, so only this answer's changes are heard. */
export function useMayWrite(): boolean {
  return useSessionPart("mayWrite");
}
