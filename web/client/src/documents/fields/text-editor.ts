// The editor behind a text field: CodeMirror bound to a shared text, with one's own undo and everybody's carets.
import { defaultKeymap } from "@codemirror/commands";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderExtension, type KeyBinding } from "@codemirror/view";
import { ySync, ySyncFacet, YSyncConfig } from "y-codemirror.next";
import type * as Y from "yjs";
import type { DocumentSession } from "../../collab/document-session";
import { composing } from "./composing";
import { lineDirections } from "./line-directions";
import { remoteCarets } from "./remote-carets";
import { lengthLimit } from "./text-limit";
import { ownUndo, type UndoSession } from "./text-undo";

/** What may change while an editor lives. */
export interface EditorLook {
  label: string;
  placeholder: string;
  mayWrite: boolean;
  /** The language of the words, for the spell checker; null: unknown. */
  language: string | null;
  /** Words are checked and capitalised as prose is; chords are not. */
  isProse: boolean;
  /** Ids of what describes the field. */
  describedBy: string;
}

/** What an editor needs of its document. */
export type EditorSession = UndoSession & Pick<DocumentSession, "presence" | "announce" | "leave">;

export interface EditorOptions {
  parent: HTMLElement;
  session: EditorSession;
  text: Y.Text;
  /** Where the text is, as a JSON Pointer. */
  place: string;
  charsMax: number;
  look: EditorLook;
  extensions: Extension;
  /** Somebody typed or pasted more than fits: by how much; null: it fits again. */
  onTooLong: (over: number | null) => void;
  onChange: (view: EditorView) => void;
  onFocusChange: (hasFocus: boolean) => void;
}

/** An editor that is shown. */
export interface TextEditor {
  view: EditorView;
  setLook: (look: EditorLook) => void;
  destroy: () => void;
}

/** Keys of CodeMirror that would take over what the page or the browser means by them. */
const LEFT_ALONE = new Set([
  "Mod-i",
  "Mod-Enter",
  "Mod-[",
  "Mod-]",
  "Mod-Alt-\\",
  "Ctrl-m",
  "Shift-Alt-m",
  "Mod-/",
  "Alt-A",
]);
const WRITING_KEYS: readonly KeyBinding[] = defaultKeymap.filter(
  ({ key, linux, win, mac }) => ![key, linux, win, mac].some((name) => name !== undefined && LEFT_ALONE.has(name)),
);
const LEAVE_KEY: KeyBinding = {
  key: "Escape",
  run: (view) => {
    view.contentDOM.blur();
    return true;
  },
};

/** What the page's policy wants on styles that are added to it. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
}

/** Makes an editor inside `parent`. It writes into the text at once, under an origin of its own that undo knows. */
export function createTextEditor(options: EditorOptions): TextEditor {
  const { parent, session, text, place, look } = options;
  const origin = new YSyncConfig(text, null);
  const lookOf = new Compartment();
  ensureSelection();
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text.toJSON(),
      extensions: [
        // Positions are counted as Yjs counts them: a carriage return is a character, not part of a line's end.
        EditorState.lineSeparator.of("\n"),
        EditorView.clipboardInputFilter.of(plainLines),
        EditorView.lineWrapping,
        lineDirections,
        EditorView.cspNonce.of(styleNonce()),
        keymap.of([LEAVE_KEY, ...WRITING_KEYS]),
        lengthLimit(options.charsMax, options.onTooLong),
        ySyncFacet.of(origin),
        ySync,
        ownUndo(session, origin, text),
        remoteCarets(session.presence, place),
        presence(options),
        composing,
        lookOf.of(extensionsFor(look)),
        options.extensions,
      ],
    }),
  });
  return {
    view,
    setLook: (next) => view.dispatch({ effects: lookOf.reconfigure(extensionsFor(next)) }),
    destroy: () => {
      // What is taken from the page with the focus in it is left without a word.
      if (view.hasFocus) session.leave(place);
      view.destroy();
    },
  };
}

/**
 * For as long as the page has no selection CodeMirror looks for one at every change, also of others, and looking makes
 * the browser lay out the page: once a change, not once a frame.
 */
function ensureSelection(): void {
  const selection = document.getSelection();
  if (selection?.focusNode === null) selection.collapse(document.body, 0);
}

/** Line ends of other systems, and what no text may hold. */
function plainLines(pasted: string): string {
  return pasted.replace(/\r\n?/g, "\n").replaceAll("\0", "");
}

/** Tells the others where this tab writes. */
function presence({ session, place, onChange, onFocusChange }: EditorOptions): Extension {
  return EditorView.updateListener.of(({ view, docChanged, selectionSet, focusChanged }) => {
    if (focusChanged) {
      if (view.hasFocus) session.announce(place);
      else session.leave(place);
      onFocusChange(view.hasFocus);
    }
    if (view.hasFocus && (docChanged || selectionSet || focusChanged)) {
      const { anchor, head } = view.state.selection.main;
      session.presence.announceCursor(place, anchor, head);
    }
    if (docChanged) onChange(view);
  });
}

function extensionsFor(look: EditorLook): Extension {
  return [
    EditorState.readOnly.of(!look.mayWrite),
    EditorView.editable.of(look.mayWrite),
    placeholderExtension(look.placeholder),
    EditorView.contentAttributes.of({
      "aria-label": look.label,
      "aria-describedby": look.describedBy,
      "aria-readonly": String(!look.mayWrite),
      // What cannot be edited can still be read and copied with the keyboard.
      tabindex: "0",
      spellcheck: String(look.isProse),
      autocapitalize: look.isProse ? "sentences" : "off",
      autocorrect: look.isProse ? "on" : "off",
      ...(look.language === null ? {} : { lang: look.language }),
    }),
  ];
}
