// Hooks on the document of this page. Each hears only of what it shows: typing in one field renders no other.
import { equalityDeep } from "lib0/function";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import type * as Y from "yjs";
import { atRest } from "../ui/at-rest";
import { watchEntries, watchPath } from "./changes";

import type { SessionState } from "./document-session";
import { pathOf, pointerTo, type Path } from "./path";
import type { Person, RemoteCursor } from "./presence";
import { POSITION } from "./shape";
import { entriesAt, textAt, valueAt, type Entry } from "./values";
import { useDocument } from "./use-document";

type Watch = (doc: Y.Doc, listener: () => void) => () => void;

/** All the session tells. It is news with every keystroke, which is unsaved at first: most want `useSessionPart`. */
export function useSessionState(): SessionState {
  const session = useDocument();
  return useSyncExternalStore(
    useCallback((listener) => session.subscribe(listener), [session]),
    () => session.getState(),
  );
}

/** One part of what the session tells; changes of the others cost nothing. */
export function useSessionPart<Part extends keyof SessionState>(part: Part): SessionState[Part] {
  const session = useDocument();
  return useSyncExternalStore(
    useCallback((listener) => session.subscribe(listener, part), [session, part]),
    () => session.getState()[part],
  );
}

/**
 * What `read` makes of the document, read again when something at one of the paths changes.
 *
 * `read` and `paths` must stay the same between renders. Equal values are the same object.
 */
export function useValue<T>(read: (doc: Y.Doc) => T, paths: readonly Path[]): T {
  const watch = useCallback<Watch>(
    (doc, listener) => {
      const stops = paths.map((path) => watchPath(doc, path, listener));
      return () => stops.forEach((stop) => stop());
    },
    [paths],
  );
  return useWatched(read, watch, equalityDeep);
}

/** The JSON of the field at a path: null, "", [] or {} when nothing is there. */
export function useField(path: Path): unknown {
  const stable = useStable(path);
  const read = useCallback((doc: Y.Doc) => valueAt(doc, stable), [stable]);
  const paths = useMemo(() => [stable], [stable]);
  return useValue(read, paths);
}

/** The JSON of the field at a path as it was when hands last rested: for what may not cost a keystroke anything. */
export function useFieldAtRest(path: Path): unknown {
  const stable = useStable(path);
  const read = useCallback((doc: Y.Doc) => valueAt(doc, stable), [stable]);
  const watch = useCallback<Watch>(
    (doc, listener) => {
      const rest = atRest(listener);
      const stop = watchPath(doc, stable, rest.stir);
      return () => {
        rest.stop();
        stop();
      };
    },
    [stable],
  );
  return useWatched(read, watch, equalityDeep);
}

/** The shared text at a path, for an editor to bind to; null: there is none. Another one after a refusal. */
export function useText(path: Path): Y.Text | null {
  const stable = useStable(path);
  const read = useCallback((doc: Y.Doc) => textAt(doc, stable), [stable]);
  const watch = useCallback<Watch>((doc, listener) => watchPath(doc, stable, listener), [stable]);
  return useWatched(read, watch, Object.is);
}

/** The entries at a path in their order. Changes inside an entry are its own fields' business. */
export function useEntries(path: Path): Entry[] {
  const stable = useStable(path);
  const read = useCallback((doc: Y.Doc) => entriesAt(doc, stable), [stable]);
  const watch = useCallback<Watch>((doc, listener) => watchEntries(doc, stable, POSITION, listener), [stable]);
  return useWatched(read, watch, isSameList);
}

/** Everybody who is in the document, this tab first. */
export function usePeople(): Person[] {
  const session = useDocument();
  const generation = useGeneration();
  return useSyncExternalStore(
    // eslint-disable-next-line react-hooks/exhaustive-deps -- The presence is another one after a refusal.
    useCallback((listener) => session.presence.subscribe(listener), [session, generation]),
    () => session.presence.people(),
  );
}

/** Others who are in the field at this place, a JSON Pointer. */
export function usePeopleAt(place: string): Person[] {
  const session = useDocument();
  const generation = useGeneration();
  return useSyncExternalStore(
    // eslint-disable-next-line react-hooks/exhaustive-deps -- The presence is another one after a refusal.
    useCallback((listener) => session.presence.subscribe(listener), [session, generation]),
    () => session.presence.peopleAt(place),
  );
}

/** Where others write in the text at this place. */
export function useCursors(place: string): RemoteCursor[] {
  const session = useDocument();
  const generation = useGeneration();
  const cursors = useMemo(() => {
    let known: RemoteCursor[] = [];
    return () => {
      const now = session.presence.cursorsAt(place);
      if (!equalityDeep(now, known)) known = now;
      return known;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- The presence is another one after a refusal.
  }, [session, place, generation]);
  return useSyncExternalStore(
    // eslint-disable-next-line react-hooks/exhaustive-deps -- The presence is another one after a refusal.
    useCallback((listener) => session.presence.subscribeCursors(listener), [session, generation]),
    cursors,
  );
}

/** Rises when the session's `doc`, `awareness` and `undo` are replaced. */
export function useGeneration(): number {
  return useSessionPart("generation");
}

/** A reading of the document that is made anew only when something watched has changed. */
function useWatched<T>(read: (doc: Y.Doc) => T, watch: Watch, isSame: (one: T, two: T) => boolean): T {
  const session = useDocument();
  const generation = useGeneration();
  const reading = useMemo(() => {
    const { doc } = session;
    let known: { value: T } | null = null;
    let isWatched = false;
    let isStale = true;
    return {
      get: (): T => {
        // Until somebody watches, nothing says whether it has changed.
        if (known && isWatched && !isStale) return known.value;
        const value = read(doc);
        isStale = false;
        if (!known || !isSame(known.value, value)) known = { value };
        return known.value;
      },
      subscribe: (listener: () => void) => {
        isWatched = isStale = true;
        const stop = watch(doc, () => {
          isStale = true;
          listener();
        });
        return () => {
          isWatched = false;
          stop();
        };
      },
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- The document is another one after a refusal.
  }, [session, generation, read, watch, isSame]);
  return useSyncExternalStore(reading.subscribe, reading.get);
}

/** The same array for as long as the path says the same. */
function useStable(path: Path): Path {
  const pointer = pointerTo(path);
  return useMemo(() => pathOf(pointer), [pointer]);
}

function isSameList(one: readonly Entry[], two: readonly Entry[]): boolean {
  return (
    one.length === two.length &&
    one.every((entry, index) => entry.id === two[index]?.id && entry.map === two[index].map)
  );
}
