// Undo and redo of one's own edits, in the whole document; nobody else's are touched.
import * as Y from "yjs";
import { LOCAL } from "./origins";

/** Milliseconds within which changes that follow each other are undone together. */
const TOGETHER_MS = 500;

/**
 * The undo manager of a document. Editors that bind to a shared text under an origin of their own add it by
 * `undo.addTrackedOrigin(origin)`.
 */
export function createUndo(doc: Y.Doc): Y.UndoManager {
  return new Y.UndoManager(doc, { trackedOrigins: new Set([LOCAL]), captureTimeout: TOGETHER_MS });
}
