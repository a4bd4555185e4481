// A document for the components below: one provider a page, and everything they ask of it.
import { useEffect, useMemo, type ReactNode } from "react";
import type { DocumentSession } from "./document-session";
import { holdSession, sessionOf } from "./sessions";
import type { Kind } from "./shape";
import { DocumentContext } from "./use-document";

export {
  useCursors,
  useEntries,
  useField,
  useFieldAtRest,
  usePeople,
  usePeopleAt,
  useSessionPart,
  useSessionState,
  useText,
  useValue,
} from "./hooks";
export type { Person, RemoteCursor } from "./presence";
export { useDocument } from "./use-document";

export interface DocumentProviderProps {
  id: string;
  kind: Kind;
  children: ReactNode;
}

/** Opens a document for as long as this is on the screen. */
export function DocumentProvider({ id, kind, children }: DocumentProviderProps) {
  const session = useMemo(() => sessionOf(id, kind), [id, kind]);
  useEffect(() => holdSession(session), [session]);
  return <SessionProvider session={session}>{children}</SessionProvider>;
}

/** Gives a session that somebody else keeps open to the components below. */
export function SessionProvider({ session, children }: { session: DocumentSession; children: ReactNode }) {
  return <DocumentContext value={session}>{children}</DocumentContext>;
}
