// The document of this page, as components below its provider get it.
import { createContext, useContext } from "react";
import type { DocumentSession } from "./document-session";

/** Holds the session between provider and components. */
export const DocumentContext = createContext<DocumentSession | null>(null);

/** The document of this page. */
export function useDocument(): DocumentSession {
  const session = useContext(DocumentContext);
  if (!session) throw new Error("this component belongs inside a DocumentProvider");
  return session;
}
