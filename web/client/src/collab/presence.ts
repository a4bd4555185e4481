// Who is in the document now, and where: what everybody announces, and what the studio says about who they are.
import { createDecoder, readVarString, readVarUint } from "lib0/decoding";
import { equalityDeep } from "lib0/function";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { pathOf } from "./path";
import { contentAt } from "./shape";

/** What the studio writes into each state: who announced it. The colour is theirs everywhere. */
export interface PersonState {
  readonly id: string;
  readonly name: string;
  readonly colour: number;
}

/** One tab of somebody who is here. */
export interface Person {
  readonly clientId: number;
  readonly personId: string;
  readonly name: string;
  /** The number of their colour, the same on every page. */
  readonly colour: number;
  /** The JSON Pointer of the field they are in; null: none. */
  readonly field: string | null;
  /** Whether this is the person who is signed in here, in whichever tab. */
  readonly isMe: boolean;
  readonly isThisTab: boolean;
}

/** Where somebody else writes in a text, in UTF-16 units from its start. */
export interface RemoteCursor {
  readonly person: Person;
  readonly anchor: number;
  readonly head: number;
}

interface CursorState {
  readonly place: string;
  readonly anchor: unknown;
  readonly head: unknown;
}

const NOBODY: Person[] = [];

/** Everybody in one document. */
export class Presence {
  readonly #listeners = new Set<() => void>();
  readonly #cursorListeners = new Set<() => void>();
  #people: Person[] = [];
  readonly #atPlaces = new Map<string, Person[]>();
  /** Who this tab is: known from the session, with its colour once the studio has said it. */
  #me: PersonState | null = null;
  #field: string | null = null;
  #cursor: CursorState | null = null;

  constructor(
    private readonly doc: Y.Doc,
    private readonly awareness: Awareness,
  ) {
    awareness.on("change", () => this.#changed());
  }

  /** Everybody who is here, this tab first, then by name. The same array until something changes. */
  people(): Person[] {
    return this.#people;
  }

  /** Others who are in the field at this place. The same array until something changes there. */
  peopleAt(place: string): Person[] {
    const found = this.people().filter((person) => person.field === place && !person.isThisTab);
    const known = this.#atPlaces.get(place) ?? NOBODY;
    if (equalityDeep(known, found)) return known;
    this.#atPlaces.set(place, found);
    return found;
  }

  /** Calls the listener when somebody comes, goes or moves. Returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls the listener when somebody's cursor may have moved. Returns how to stop. */
  subscribeCursors(listener: () => void): () => void {
    this.#cursorListeners.add(listener);
    return () => this.#cursorListeners.delete(listener);
  }

  /** Takes in who this tab is. */
  recognise(me: PersonState): void {
    if (equalityDeep(this.#me, me)) return;
    this.#me = me;
    this.#changed();
  }

  /** Says in which field this tab is; null: in none. */
  announce(place: string | null): void {
    if (this.#field === place && (place !== null || this.#cursor === null)) return;
    this.#field = place;
    if (place === null || this.#cursor?.place !== place) this.#cursor = null;
    this.announceAgain();
  }

  /**
   * Says where this tab writes: places in the text at `place`. Whoever types pushes their own caret along, for everybody:
   * a key says nothing new.
   */
  announceCursor(place: string, anchor: number, head: number): void {
    const text = contentAt(this.doc, pathOf(place));
    if (!(text instanceof Y.Text)) return;
    const cursor = { place, anchor: relative(text, anchor), head: relative(text, head) };
    if (this.#field === place && equalityDeep(this.#cursor, cursor)) return;
    this.#field = place;
    this.#cursor = cursor;
    this.announceAgain();
  }

  /** Where others write in the text at `place`, as it is now. */
  cursorsAt(place: string): RemoteCursor[] {
    const cursors: RemoteCursor[] = [];
    for (const person of this.people()) {
      const cursor = person.isThisTab ? null : cursorOf(this.awareness.getStates().get(person.clientId));
      if (cursor?.place !== place) continue;
      const anchor = absolute(this.doc, cursor.anchor, place);
      const head = absolute(this.doc, cursor.head, place);
      if (anchor !== null && head !== null) cursors.push({ person, anchor, head });
    }
    return cursors;
  }

  /**
   * Tells the others once more, under a newer clock.
   *
   * When a socket dies they are told that this tab is gone, and believe only a newer clock from then on; the library
   * raises it on hearing that, and tells nobody until its next renewal, 15 seconds later.
   */
  announceAgain(): void {
    const field = this.#field;
    this.awareness.setLocalState({ field, ...(this.#cursor && { cursor: this.#cursor }) });
  }

  #read(): Person[] {
    const own = this.doc.clientID;
    const found: Person[] = [];
    for (const [clientId, state] of this.awareness.getStates()) {
      const person = clientId === own ? this.#me : personOf(state);
      if (!person) continue;
      const isMe = person.id === this.#me?.id;
      const field = typeof state["field"] === "string" ? state["field"] : null;
      const { id: personId, name, colour } = person;
      found.push({ clientId, personId, name, colour, field, isMe, isThisTab: clientId === own });
    }
    return found.sort(
      (one, two) =>
        Number(two.isThisTab) - Number(one.isThisTab) ||
        one.name.localeCompare(two.name) ||
        one.clientId - two.clientId,
    );
  }

  #changed(): void {
    const people = this.#read();
    // A cursor moves with every keystroke; whoever shows people and fields must not hear of that.
    if (!equalityDeep(people, this.#people)) {
      this.#people = people;
      for (const listener of [...this.#listeners]) listener();
    }
    for (const listener of [...this.#cursorListeners]) listener();
  }
}

/** The person the studio wrote into the state of a client id, read from an awareness message; null: not in it. */
export function readPerson(body: Uint8Array, clientId: number): PersonState | null {
  const decoder = createDecoder(body);
  for (let count = readVarUint(decoder); count > 0; count--) {
    const id = readVarUint(decoder);
    readVarUint(decoder);
    const state = readVarString(decoder);
    if (id === clientId) return personOf(JSON.parse(state));
  }
  return null;
}

function personOf(state: unknown): PersonState | null {
  const person = (state as { person?: Partial<PersonState> } | null)?.person;
  if (typeof person?.id !== "string" || typeof person.name !== "string" || typeof person.colour !== "number")
    return null;
  return { id: person.id, name: person.name, colour: person.colour };
}

function cursorOf(state: unknown): CursorState | null {
  const cursor = (state as { cursor?: Partial<CursorState> } | undefined)?.cursor;
  return typeof cursor?.place === "string" ? { place: cursor.place, anchor: cursor.anchor, head: cursor.head } : null;
}

/** A position that goes along with the words around it, as plain JSON: Yjs' own ids compare as different. */
function relative(text: Y.Text, index: number): unknown {
  return JSON.parse(JSON.stringify(Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index))));
}

/** Where a relative position is now; null: what it points into is gone, or is no position at all. */
function absolute(doc: Y.Doc, position: unknown, place: string): number | null {
  try {
    const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), doc);
    return found && found.type === contentAt(doc, pathOf(place)) ? found.index : null;
  } catch {
    // Others' states are what their programs made of them.
    return null;
  }
}
