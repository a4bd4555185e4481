// Undo inside an editor is the document's own: my edits, in every field, in the order I made them.
import { EditorSelection, Prec, type Extension } from "@codemirror/state";
import { EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { ySyncAnnotation, type YSyncConfig } from "y-codemirror.next";
import * as Y from "yjs";
import type { DocumentSession } from "../../collab/document-session";
import { isMac } from "../../ui/kbd";

/** A step of undo, as far as it is of interest here. */
interface StackEvent {
  stackItem: { meta: Map<unknown, unknown> };
  changedParentTypes: Map<unknown, unknown>;
}

/** Where one was, in a form that survives edits of others. */
interface Remembered {
  anchor: Y.RelativePosition;
  head: Y.RelativePosition;
}

/** The undo of a document, and what its keys do. */
export type UndoSession = Pick<DocumentSession, "undo" | "undoMine" | "redoMine">;

/** Makes what this editor writes undoable, and puts the caret back to where it was before an undone edit. */
export function ownUndo(session: UndoSession, origin: YSyncConfig, text: Y.Text): Extension {
  const plugin = ViewPlugin.define((view) => new UndoneCaret(view, session.undo, origin, text));
  const ways = EditorView.domEventHandlers({
    keydown(event) {
      const step = stepOf(event);
      if (step === null) return false;
      event.preventDefault();
      if (step === "undo") session.undoMine();
      else session.redoMine();
      return true;
    },
    // Phones and context menus undo without keys.
    beforeinput(event) {
      if (event.inputType === "historyUndo") session.undoMine();
      else if (event.inputType === "historyRedo") session.redoMine();
      else return false;
      event.preventDefault();
      return true;
    },
  });
  return [Prec.high(plugin), Prec.high(ways)];
}

/** What a key press asks for. Capital or not says nothing about Shift: Caps Lock turns it round. */
function stepOf(event: KeyboardEvent): "undo" | "redo" | null {
  const isMod = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!isMod || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" && !event.shiftKey && !isMac ? "redo" : null;
}

class UndoneCaret {
  private before: Remembered | null = null;

  constructor(
    private readonly view: EditorView,
    private readonly undo: Y.UndoManager,
    private readonly origin: YSyncConfig,
    private readonly text: Y.Text,
  ) {
    this.undo.addTrackedOrigin(origin);
    this.undo.on("stack-item-added", this.remember);
    this.undo.on("stack-item-popped", this.goBack);
    this.store();
  }

  update(update: ViewUpdate): void {
    const isRemote = update.transactions.some((one) => one.annotation(ySyncAnnotation) === this.origin);
    if (update.selectionSet && !update.docChanged && !isRemote) this.store();
  }

  destroy(): void {
    this.undo.off("stack-item-added", this.remember);
    this.undo.off("stack-item-popped", this.goBack);
    this.undo.removeTrackedOrigin(this.origin);
  }

  private readonly remember = ({ stackItem, changedParentTypes }: StackEvent): void => {
    if (changedParentTypes.has(this.text) && this.before !== null && !stackItem.meta.has(this))
      stackItem.meta.set(this, this.before);
    // The next step begins where this one ends; the editor has not moved yet.
    queueMicrotask(() => this.store());
  };

  private readonly goBack = ({ stackItem }: StackEvent): void => {
    const remembered = stackItem.meta.get(this) as Remembered | undefined;
    if (remembered === undefined || !this.view.hasFocus) return;
    const anchor = this.indexOf(remembered.anchor);
    const head = this.indexOf(remembered.head);
    if (anchor === null || head === null) return;
    const selection = EditorSelection.single(anchor, head);
    this.view.dispatch({ selection, effects: EditorView.scrollIntoView(head) });
    this.store();
  };

  private store(): void {
    const { anchor, head } = this.view.state.selection.main;
    this.before = { anchor: this.placeOf(anchor), head: this.placeOf(head) };
  }

  private placeOf(index: number): Y.RelativePosition {
    return Y.createRelativePositionFromTypeIndex(this.text, Math.min(index, this.text.length));
  }

  /** Null: what it pointed to lies in another text by now, or nowhere. */
  private indexOf(position: Y.RelativePosition): number | null {
    const doc = this.text.doc;
    const found = doc === null ? null : Y.createAbsolutePositionFromRelativePosition(position, doc);
    return found?.type === this.text ? Math.min(found.index, this.view.state.doc.length) : null;
  }
}
