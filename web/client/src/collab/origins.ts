// The origins of changes to a document: who made them decides what is sent, counted, kept and undone.

/** Made through forms, lists and buttons. Editors bound to a shared text have origins of their own. */
export const LOCAL = Symbol("local");
/** Loaded from a local store: kept and counted already. */
export const KEPT = Symbol("kept in this browser");
/** Taken over from a newer copy into the one it replaces: never sent. */
export const MERGED = Symbol("merged");
/** Written again after a refusal: sent and kept, but no step of its author's, so undo leaves it alone. */
export const REAPPLIED = Symbol("reapplied");
