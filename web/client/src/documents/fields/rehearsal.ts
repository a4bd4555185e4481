// Typing is rehearsed where nobody sees it: code that runs for the first time is slow, and the first key would stutter.
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { Presence } from "../../collab/presence";
import { setKind } from "../../collab/shape";
import { createUndo } from "../../collab/undo";
import { buildInTurn } from "../../ui/one-by-one";
import { syllableGutter } from "./syllable-gutter";
import "./rehearsal.css";
import { createTextEditor, type TextEditor } from "./text-editor";

const WORDS = "Line one\nLine two\n";
/** The first key begins a step of undo, the next add to it. */
const KEYS = 3;

let isWanted = true;

/** Has typing rehearsed once in the life of the page, after everything that is seen, and under nobody's hands. */
export function rehearseInTurn(): void {
  if (!isWanted) return;
  isWanted = false;
  buildInTurn(() => void rehearseTyping(), Infinity);
}

/** Types into a text of its own, as a browser does; everything is gone before the next frame. Returns that text. */
export async function rehearseTyping(): Promise<string> {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  setKind(doc, "note");
  const text = doc.getText("body");
  text.insert(0, WORDS);
  const stage = document.createElement("div");
  stage.className = "rehearsal";
  stage.setAttribute("aria-hidden", "true");
  document.body.append(stage);
  let editor: TextEditor | null = null;
  try {
    editor = rehearsedEditor(stage, text, createUndo(doc), new Presence(doc, awareness));
    for (let key = 0; key < KEYS; key++) {
      const words = editor.view.contentDOM.querySelector(".cm-line")?.firstChild;
      if (words instanceof Text) words.appendData("x");
      // The editor hears of what the browser wrote in a microtask.
      await Promise.resolve();
    }
    return text.toJSON();
  } finally {
    editor?.destroy();
    stage.remove();
    awareness.destroy();
    doc.destroy();
  }
}

function rehearsedEditor(parent: HTMLElement, text: Y.Text, undo: Y.UndoManager, presence: Presence): TextEditor {
  const nothing = () => undefined;
  return createTextEditor({
    parent,
    session: { presence, undo, announce: nothing, leave: nothing, undoMine: nothing, redoMine: nothing },
    text,
    place: "/body",
    charsMax: Infinity,
    look: { label: "", placeholder: "", mayWrite: true, language: "en", isProse: true, describedBy: "" },
    extensions: syllableGutter("en"),
    onTooLong: nothing,
    onChange: nothing,
    onFocusChange: nothing,
  });
}
