// Where others write in this text: a caret in their colour with their name, and what they have selected.
import { RangeSetBuilder, StateEffect, type Extension, type Range } from "@codemirror/state";
import {
  Decoration,
  ViewPlugin,
  WidgetType,
  type DecorationSet,
  type EditorView,
  type ViewUpdate,
} from "@codemirror/view";
import type { Presence, RemoteCursor } from "../../collab/presence";
import { personColour } from "../../ui/avatar";
import "./remote-carets.css";

const redraw = StateEffect.define();

/** Milliseconds a name stands at a caret after it moved last. */
const NAMED_MS = 2100;

/** Shows everybody else's carets in the text at `place`. */
export function remoteCarets(presence: Presence, place: string): Extension {
  return ViewPlugin.define((view) => new Carets(view, presence, place), {
    decorations: (carets) => carets.decorations,
  });
}

/** What is remembered of somebody's caret, to see when it moves. */
interface Seen {
  head: number;
  /** Rises whenever they move: the name shows again. */
  moves: number;
}

class Carets {
  decorations: DecorationSet = Decoration.none;
  private drawn = "";
  private seen = new Map<number, Seen>();
  private isPending = false;
  private isOver = false;
  private readonly stop: () => void;

  constructor(
    private readonly view: EditorView,
    private readonly presence: Presence,
    private readonly place: string,
  ) {
    this.draw(this.read(view.state.doc.length));
    this.stop = presence.subscribeCursors(() => this.heard());
  }

  update(update: ViewUpdate): void {
    const isAsked = update.transactions.some((transaction) => transaction.effects.some((effect) => effect.is(redraw)));
    if (update.docChanged) for (const seen of this.seen.values()) seen.head = update.changes.mapPos(seen.head, -1);
    if (update.docChanged || isAsked) this.draw(this.read(update.state.doc.length));
    if (this.seen.size > 0 && (update.docChanged || isAsked || update.geometryChanged)) this.turnFlags();
  }

  destroy(): void {
    this.isOver = true;
    this.stop();
  }

  /** News may come in the middle of an update of this very editor, when nothing may be drawn. */
  private heard(): void {
    if (this.isPending) return;
    this.isPending = true;
    queueMicrotask(() => {
      this.isPending = false;
      if (this.isOver || nameOf(this.read(this.view.state.doc.length)) === this.drawn) return;
      this.view.dispatch({ effects: redraw.of(null) });
    });
  }

  /** At the end of a line a name goes to the left of its caret: to the right it would be cut, or hide the margin. */
  private turnFlags(): void {
    this.view.requestMeasure({
      key: this,
      read: ({ contentDOM }) => {
        const edge = contentDOM.getBoundingClientRect().right;
        return [...contentDOM.querySelectorAll<HTMLElement>(".remote-caret__name")].map((flag) => {
          const caret = flag.parentElement?.getBoundingClientRect().left ?? 0;
          return { flag, isTurned: caret + flag.offsetWidth > edge };
        });
      },
      write: (flags) => {
        for (const { flag, isTurned } of flags) flag.classList.toggle("remote-caret__name--turned", isTurned);
      },
    });
  }

  private read(length: number): RemoteCursor[] {
    return this.presence.cursorsAt(this.place).map((cursor) => ({
      person: cursor.person,
      anchor: Math.min(cursor.anchor, length),
      head: Math.min(cursor.head, length),
    }));
  }

  private draw(cursors: RemoteCursor[]): void {
    this.drawn = nameOf(cursors);
    const seen = new Map<number, Seen>();
    for (const { person, head } of cursors) {
      const before = this.seen.get(person.clientId);
      seen.set(person.clientId, { head, moves: (before?.moves ?? 0) + (before?.head === head ? 0 : 1) });
    }
    this.seen = seen;
    this.decorations = decorationsOf(cursors, seen);
  }
}

/** What two drawings would have in common if they were the same. */
function nameOf(cursors: readonly RemoteCursor[]): string {
  return JSON.stringify(
    cursors.map(({ person, anchor, head }) => [person.clientId, person.name, person.colour, anchor, head]),
  );
}

function decorationsOf(cursors: readonly RemoteCursor[], seen: ReadonlyMap<number, Seen>): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const { person, anchor, head } of cursors) {
    const [from, to] = anchor < head ? [anchor, head] : [head, anchor];
    const style = `--caret: ${personColour(person.colour)}`;
    if (from < to)
      ranges.push(Decoration.mark({ class: "remote-caret__selection", attributes: { style } }).range(from, to));
    const moves = seen.get(person.clientId)?.moves ?? 0;
    const widget = new Caret(person.name, person.colour, `${person.clientId}.${moves}`);
    ranges.push(Decoration.widget({ widget, side: head > anchor ? -1 : 1 }).range(head));
  }
  ranges.sort((one, two) => one.from - two.from || one.value.startSide - two.value.startSide);
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to, value } of ranges) builder.add(from, to, value);
  return builder.finish();
}

const timers = new WeakMap<HTMLElement, ReturnType<typeof setTimeout>>();

/** By a timer, not an animation: that would draw each frame anew for as long as somebody types. */
function hideLater(caret: HTMLElement): void {
  clearTimeout(timers.get(caret));
  timers.set(
    caret,
    setTimeout(() => caret.classList.remove("remote-caret--named"), NAMED_MS),
  );
}

class Caret extends WidgetType {
  constructor(
    private readonly name: string,
    private readonly colour: number,
    /** A caret that moved is another one: its name shows again. */
    private readonly key: string,
  ) {
    super();
  }

  override eq(other: Caret): boolean {
    return other.key === this.key && other.name === this.name && other.colour === this.colour;
  }

  override toDOM(): HTMLElement {
    const caret = document.createElement("span");
    // Others' carets are news for the eye; who listens hears who is in the field from its flag.
    caret.setAttribute("aria-hidden", "true");
    // A name says nothing about the direction of the line it stands in.
    caret.dir = "ltr";
    const flag = document.createElement("span");
    flag.className = "remote-caret__name";
    caret.append(flag);
    this.updateDOM(caret);
    return caret;
  }

  /** Whoever types moves with each key: the same element goes along, its name already there. */
  override updateDOM(caret: HTMLElement): boolean {
    const [flag] = caret.children;
    if (flag === undefined) return false;
    caret.className = "remote-caret remote-caret--named";
    caret.style.setProperty("--caret", personColour(this.colour));
    if (flag.textContent !== this.name) flag.textContent = this.name;
    hideLater(caret);
    return true;
  }

  override destroy(caret: HTMLElement): void {
    clearTimeout(timers.get(caret));
  }

  override ignoreEvent(): boolean {
    return true;
  }
}
