// Which words of a text are commented on, and a button to comment on those that are selected.
//
// Typing only moves what is drawn. Places are resolved again when threads come or change, never with a key.
import { StateEffect, StateField, type Extension } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  showTooltip,
  ViewPlugin,
  type DecorationSet,
  type Tooltip,
  type ViewUpdate,
} from "@codemirror/view";
import type * as Y from "yjs";
import type { CommentDesk, Target } from "./comment-desk";
import "./marks.css";
import type { Thread } from "./requests";
import { anchorOf, wordsOf } from "./words";

const redraw = StateEffect.define();

/** Marks the commented words of the text at `place`, which the editor shows. */
export function commentMarks(desk: CommentDesk, place: string, text: Y.Text): Extension {
  return [
    ViewPlugin.define((view) => new Marks(view, desk, place, text), {
      decorations: (marks) => marks.decorations,
      eventHandlers: {
        click: ({ target }) => {
          const id = target instanceof Element ? target.closest<HTMLElement>("[data-thread]")?.dataset["thread"] : null;
          if (id != null) desk.open(id);
        },
      },
    }),
    selectionButton(desk, place),
  ];
}

class Marks {
  decorations: DecorationSet;
  private drawn: { threads: readonly Thread[]; activeId: string | null };
  private isPending = false;
  private isOver = false;
  private readonly stop: () => void;

  constructor(
    private readonly view: EditorView,
    private readonly desk: CommentDesk,
    private readonly place: string,
    private readonly text: Y.Text,
  ) {
    this.drawn = this.wanted();
    this.decorations = this.draw(view.state.doc.length);
    desk.texts.set(place, { view, selection: () => selectionOf(view, place, text) });
    this.stop = desk.subscribe(() => this.heard());
  }

  update(update: ViewUpdate): void {
    if (update.docChanged) this.decorations = this.decorations.map(update.changes);
    if (update.transactions.some((transaction) => transaction.effects.some((effect) => effect.is(redraw))))
      this.decorations = this.draw(update.state.doc.length);
  }

  destroy(): void {
    this.isOver = true;
    this.stop();
    if (this.desk.texts.get(this.place)?.view === this.view) this.desk.texts.delete(this.place);
  }

  private wanted() {
    const threads = this.desk.threadsAt(this.place);
    const { activeId } = this.desk.getState();
    return { threads, activeId: threads.some(({ id }) => id === activeId) ? activeId : null };
  }

  /** News may come in the middle of an update of this very editor, when nothing may be drawn. */
  private heard(): void {
    const wanted = this.wanted();
    if (this.isPending || (wanted.threads === this.drawn.threads && wanted.activeId === this.drawn.activeId)) return;
    this.isPending = true;
    queueMicrotask(() => {
      this.isPending = false;
      if (this.isOver) return;
      this.drawn = this.wanted();
      this.view.dispatch({ effects: redraw.of(null) });
    });
  }

  private draw(length: number): DecorationSet {
    const { threads, activeId } = this.drawn;
    const ranges = threads.flatMap((thread) => {
      const words = wordsOf(this.text, thread);
      if (words === null || words.to > length) return [];
      const isActive = thread.id === activeId;
      const name = isActive ? "comment-mark comment-mark--active" : "comment-mark";
      return [Decoration.mark({ class: name, attributes: { "data-thread": thread.id } }).range(words.from, words.to)];
    });
    return Decoration.set(ranges, true);
  }
}

function selectionOf(view: EditorView, place: string, text: Y.Text): Target | null {
  const { from, to, empty } = view.state.selection.main;
  if (empty || to > text.length) return null;
  return { anchor: { path: place, ...anchorOf(text, from, to) }, quote: view.state.sliceDoc(from, to) };
}

function selectionButton(desk: CommentDesk, place: string): Extension {
  const create = (): { dom: HTMLElement } => {
    const dom = document.createElement("div");
    dom.className = "comment-offer";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Comment";
    button.title = "Comment on the selected words";
    // The selection, which the button is about, must outlive the press.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      desk.lastPlace = place;
      desk.beginHere();
    });
    dom.append(button);
    return { dom };
  };
  return StateField.define<Tooltip | null>({
    create: () => null,
    update: (before, { state, selection, docChanged }) => {
      if (!selection && !docChanged) return before;
      const { empty, from } = state.selection.main;
      if (empty || !desk.mayComment) return null;
      return before?.pos === from ? before : { pos: from, above: true, create };
    },
    provide: (field) => showTooltip.from(field),
  });
}
