// What other programs keep in a note: roots of their own, and a text that is more than plain words.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useRef, useSyncExternalStore } from "react";
import * as Y from "yjs";
import { api, dataOf } from "../../api/client";
import { useDocument, useSessionState } from "../../collab/context";
import { rootsOf } from "../../collab/shape";

export interface ForeignContent {
  /** Whether the root `text` holds what no plain text can show. */
  isTextForeign: boolean;
  /** Other roots by name, as the studio reads them. */
  roots: readonly { name: string; json: string }[];
}

const TEXT_ROOT = "text";

/** Whether a text is only characters: embedded objects count in its length and show in no string. */
export function isPlainText(text: Y.Text): boolean {
  return text.length === text.toJSON().length && !hasAttributes(text);
}

/** The names of roots that the product does not know; one that is merely asked for and empty is none. */
export function foreignRootsIn(doc: Y.Doc): string[] {
  const known = rootsOf("note");
  return [...doc.share.entries()]
    .filter(([name, type]) => !known.has(name) && (type._start !== null || type._map.size > 0))
    .map(([name]) => name)
    .sort();
}

/** Follows the note around. The studio is asked for foreign content only where there is some. */
export function useForeignContent(): ForeignContent {
  const session = useDocument();
  const { unsaved } = useSessionState();
  const names = useWatchedNames();
  const isTextForeign = names.startsWith("!");
  const hasRoots = names.replace("!", "") !== "";
  const { data } = useQuery({
    queryKey: ["documents", "foreign", session.id, names],
    queryFn: async () => {
      const params = { path: { document_id: session.id } };
      const note = dataOf(await api.GET("/api/v1/documents/{document_id}", { params }));
      return "roots" in note ? { text: note.text, roots: note.roots } : null;
    },
    enabled: (hasRoots || isTextForeign) && unsaved === 0,
    staleTime: 5000,
  });
  const roots = Object.entries({
    ...(isTextForeign ? { [TEXT_ROOT]: data?.text ?? "" } : {}),
    ...(hasRoots ? (data?.roots ?? {}) : {}),
  });
  return { isTextForeign, roots: roots.map(([name, value]) => ({ name, json: shown(value) })) };
}

/** The foreign roots as one string, with "!" before it when the text itself is foreign: the same until that changes. */
function useWatchedNames(): string {
  const session = useDocument();
  const known = useRef({ doc: null as Y.Doc | null, isStale: true, names: "" });
  const subscribe = useCallback(
    (listener: () => void) => {
      let { doc } = session;
      const look = () => {
        known.current.isStale = true;
        listener();
      };
      doc.on("update", look);
      const stop = session.subscribe(() => {
        if (session.doc === doc) return;
        doc.off("update", look);
        doc = session.doc;
        doc.on("update", look);
        look();
      }, "generation");
      return () => {
        stop();
        doc.off("update", look);
      };
    },
    [session],
  );
  return useSyncExternalStore(subscribe, () => {
    const { doc } = session;
    if (known.current.isStale || known.current.doc !== doc)
      known.current = {
        doc,
        isStale: false,
        names: (isPlainText(doc.getText(TEXT_ROOT)) ? "" : "!") + foreignRootsIn(doc).join("\n"),
      };
    return known.current.names;
  });
}

function hasAttributes(text: Y.Text): boolean {
  return (text.toDelta() as { attributes?: object }[]).some((part) => part.attributes !== undefined);
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
