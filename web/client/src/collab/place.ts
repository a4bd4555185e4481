// Asking the studio for a place at a document: a client id of one's own, and what one may do there.
import { api, dataOf, Problem } from "../api/client";
import type { Kind } from "./shape";

/** What the studio says to somebody who wants to open a document. */
export type Answer = Place | { readonly type: "signed-out" | "missing" | "trashed" | "unreachable" };

/** A place at a document, for one page load. */
export interface Place {
  readonly type: "place";
  readonly clientId: number;
  readonly personId: string;
  readonly name: string;
  readonly role: Role;
}

export type Role = "viewer" | "commenter" | "editor" | "owner";

/** Milliseconds the studio may take: then what this browser keeps is shown. */
const ANSWER_MS_MAX = 6_000;

/** Asks for a fresh place. Never throws: who gets no answer is told so. A document of another kind is not there. */
export async function askForPlace(documentId: string, kind: Kind): Promise<Answer> {
  try {
    const answer = await api.POST("/api/v1/documents/{document_id}/sessions", {
      params: { path: { document_id: documentId } },
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const { client_id: clientId, person_id: personId, name, role, kind: found } = dataOf(answer);
    if (found !== kind) return { type: "missing" };
    return { type: "place", clientId, personId, name, role };
  } catch (error) {
    return { type: answerTo(error) };
  }
}

/** The role of whoever is signed in now; null when nobody can say. */
export async function askForRole(): Promise<Role | null> {
  try {
    return dataOf(await api.GET("/api/v1/me", { signal: AbortSignal.timeout(ANSWER_MS_MAX) })).role;
  } catch {
    return null;
  }
}

function answerTo(error: unknown): "signed-out" | "missing" | "trashed" | "unreachable" {
  switch (error instanceof Problem ? error.status : 0) {
    case 401:
      return "signed-out";
    case 404:
    case 422:
      return "missing";
    case 409:
      return "trashed";
    default:
      return "unreachable";
  }
}
