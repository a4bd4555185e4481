// Who wants to hear of which change: one look at each transaction, however many fields are on the screen.
import * as Y from "yjs";
import type { Path } from "./path";
import { kindOf, rootAt, spotOf } from "./shape";

type SharedType = Y.AbstractType<unknown>;
type Listener = () => void;
type Stop = () => void;

/** The listeners of one document. */
class Changes {
  readonly #byKey = new Map<SharedType, Map<string, Set<Listener>>>();
  readonly #within = new Map<SharedType, Set<Listener>>();

  constructor(doc: Y.Doc) {
    doc.on("afterTransaction", (transaction) => this.#tell(transaction));
  }

  /** Calls the listener when this key of the map is set or deleted. */
  onKey(map: SharedType, key: string, listener: Listener): Stop {
    const keys = this.#byKey.get(map) ?? new Map<string, Set<Listener>>();
    this.#byKey.set(map, keys);
    const listeners = keys.get(key) ?? new Set();
    keys.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && keys.get(key) === listeners) keys.delete(key);
      if (keys.size === 0 && this.#byKey.get(map) === keys) this.#byKey.delete(map);
    };
  }

  /** Calls the listener when anything in this type changes, however deep. */
  onWithin(type: SharedType, listener: Listener): Stop {
    const listeners = this.#within.get(type) ?? new Set();
    this.#within.set(type, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#within.get(type) === listeners) this.#within.delete(type);
    };
  }

  #tell(transaction: Y.Transaction): void {
    const called = new Set<Listener>();
    for (const [type, keys] of transaction.changed) {
      const listeners = this.#byKey.get(type as SharedType);
      if (!listeners) continue;
      for (const key of keys) if (key !== null) listeners.get(key)?.forEach((listener) => called.add(listener));
    }
    if (this.#within.size > 0) {
      for (const type of transaction.changedParentTypes.keys()) {
        this.#within.get(type as SharedType)?.forEach((listener) => called.add(listener));
      }
    }
    for (const listener of called) listener();
  }
}

const changesOfDocuments = new WeakMap<Y.Doc, Changes>();

function changesOf(doc: Y.Doc): Changes {
  const known = changesOfDocuments.get(doc);
  if (known) return known;
  const changes = new Changes(doc);
  changesOfDocuments.set(doc, changes);
  return changes;
}

/**
 * Calls the listener whenever what is at this path changes, also when something above it is made, replaced or removed.
 * Changes elsewhere cost nothing. Returns how to stop.
 */
export function watchPath(doc: Y.Doc, path: Path, listener: Listener): Stop {
  const changes = changesOf(doc);
  const { root, keys } = spotOf(kindOf(doc), path);
  let stops: Stop[] = [];
  const attach = () => {
    let type: unknown = rootAt(doc, root);
    for (const key of keys) {
      if (!(type instanceof Y.Map)) break;
      stops.push(changes.onKey(type as SharedType, key, follow));
      type = type.get(key);
    }
    if (type instanceof Y.AbstractType) stops.push(changes.onWithin(type as SharedType, listener));
  };
  const detach = () => {
    stops.forEach((stop) => stop());
    stops = [];
  };
  const follow = () => {
    detach();
    attach();
    listener();
  };
  attach();
  return detach;
}

/** Calls the listener when entries of this map come, go or move; not when their other fields change. */
export function watchEntries(doc: Y.Doc, path: Path, positionKey: string, listener: Listener): Stop {
  const changes = changesOf(doc);
  let stops: Stop[] = [];
  const attach = () => {
    const map = entriesAt(doc, path);
    if (map)
      map.forEach(
        (entry) => entry instanceof Y.Map && stops.push(changes.onKey(entry as SharedType, positionKey, listener)),
      );
  };
  const detach = () => {
    stops.forEach((stop) => stop());
    stops = [];
  };
  const follow = () => {
    detach();
    attach();
    listener();
  };
  const stopMap = watchShallow(doc, path, follow);
  attach();
  return () => {
    stopMap();
    detach();
  };
}

function watchShallow(doc: Y.Doc, path: Path, listener: Listener): Stop {
  const map = entriesAt(doc, path);
  if (!map) return () => undefined;
  const observer = () => listener();
  map.observe(observer);
  return () => map.unobserve(observer);
}

/** The map of the entries at a path. Lists of entries are roots, so it is always there. */
function entriesAt(doc: Y.Doc, path: Path): Y.Map<unknown> | null {
  const { root, keys } = spotOf(kindOf(doc), path);
  const type = rootAt(doc, root);
  return keys.length === 0 && type instanceof Y.Map ? type : null;
}
