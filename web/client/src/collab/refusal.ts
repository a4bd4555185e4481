// When the studio will not take an edit: what it takes after all is written again, the rest goes back to its author.
import * as Y from "yjs";
import type { ConnectionListener } from "./connection";
import type { DraftRecord } from "./database";
import { differencesBetween, writeDifference, type Difference } from "./difference";
import type { LocalCopy } from "./local-copy";
import type { Whose } from "./local-store";
import { MERGED, REAPPLIED } from "./origins";
import { pathOf, pointerTo, type Path } from "./path";
import type { Place } from "./place";
import { randomId } from "./random";
import type { TabSocket } from "./socket";

/** Refusals in a row, with nothing acknowledged between them, after which nothing more is tried. */
const ROUNDS_MAX = 5;
/** Refusals of an edit as a whole, in a row, after which nothing more is tried: the parts are to blame too. */
const WHOLE_MAX = 2;

/** What was refused since everything was last acknowledged: why trying again comes to an end. */
export class RefusalRounds {
  #rounds = 0;
  #wholes = 0;
  #blocked: Path[] = [];

  /** Takes in a refusal. */
  refused(path: string): void {
    this.#rounds += 1;
    if (path === "") this.#wholes += 1;
    else this.#blocked.push(pathOf(path));
  }

  /** Everything is durable: the next refusal is a new story. */
  settled(): void {
    this.#rounds = this.#wholes = 0;
    this.#blocked = [];
  }

  /** The places that are not to be written again; the document itself when trying has come to its end. */
  get blocked(): readonly Path[] {
    const isOver = this.#rounds > ROUNDS_MAX || this.#wholes >= WHOLE_MAX;
    return isOver ? [[]] : this.#blocked;
  }
}

/** What was refused, and where nothing is to be written again. */
interface Objection {
  readonly path: string;
  readonly reason: string;
  readonly blocked: readonly Path[];
}

/** Fetches the studio's state into a fresh copy, which sends nothing yet. Resolves to whether it is there. */
export async function freshCopyOf(
  fresh: LocalCopy,
  place: Place,
  socket: TabSocket,
  listener: ConnectionListener,
): Promise<boolean> {
  await fresh.store.openEmpty();
  fresh.start(place);
  return new Promise((resolve) => {
    const synced = () => {
      resolve(true);
      listener.synced();
    };
    const denied = () => {
      resolve(false);
      listener.denied();
    };
    fresh.connect(socket, { ...listener, synced, denied }, { isHeldBack: true });
  });
}

/**
 * Writes what only `old` holds into `fresh`, except at blocked places; what cannot be written becomes a draft.
 *
 * `old` takes over what `fresh` knows first: all that then differs is what its author changed and nobody acknowledged.
 * Await `kept` before anything is sent: a tab that dies must find either the old story or the new one.
 */
export function takeOver(
  old: LocalCopy,
  fresh: LocalCopy,
  { path, reason, blocked }: Objection,
): { drafts: DraftRecord[]; kept: () => Promise<void> } {
  Y.applyUpdate(old.doc, Y.encodeStateAsUpdate(fresh.doc), MERGED);
  const left = differencesBetween(fresh.doc, old.doc).flatMap((one) =>
    writeDifference(fresh.doc, one, blocked, REAPPLIED),
  );
  const drafts = left.length > 0 ? [draftOf(old.whose, path, reason, left)] : [];
  return { drafts, kept: () => fresh.store.replace(old.store, drafts) };
}

function draftOf(whose: Whose, path: string, reason: string, left: readonly Difference[]): DraftRecord {
  const changes = left.map((one) => ({
    path: pointerTo(one.path),
    before: one.before ?? null,
    mine: one.mine ?? null,
  }));
  const { personId, documentId } = whose;
  return { id: randomId(), personId, documentId, path, reason, atMs: Date.now(), changes };
}
