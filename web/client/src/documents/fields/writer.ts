// Who wrote a plain value last, from what the CRDT itself remembers.
import type * as Y from "yjs";
import type { Person } from "../../collab/context";
import type { Path } from "../../collab/path";
import { holderAt } from "../../collab/shape";

/** The person here who wrote the value at a path; null: nobody who is here now, or nobody at all. */
export function writerAt(doc: Y.Doc, path: Path, people: readonly Person[]): Person | null {
  const holder = holderAt(doc, path);
  const clientId = holder?.map._map.get(holder.key)?.id.client;
  return people.find((person) => person.clientId === clientId) ?? null;
}
