// Others' changes wait while an input method composes in an editor.
import { ViewPlugin, type EditorView } from "@codemirror/view";
import { composition } from "../../collab/composition";

/** What CodeMirror gives the browser to write in on Android: composing is told there, and not to the element. */
type Written = HTMLElement & { readonly editContext?: EventTarget | null };

const begin = () => composition.begin();
const end = () => composition.end();

class Composing {
  #context: EventTarget | null = null;

  constructor(private readonly view: EditorView) {}

  /** The context comes after the plugins, and only to who may write; it stays the same. */
  update(): void {
    const { editContext } = this.view.contentDOM as Written;
    if (this.#context !== null || !editContext) return;
    this.#context = editContext;
    editContext.addEventListener("compositionstart", begin);
    editContext.addEventListener("compositionend", end);
  }

  destroy(): void {
    this.#context?.removeEventListener("compositionstart", begin);
    this.#context?.removeEventListener("compositionend", end);
    if (this.view.compositionStarted) end();
  }
}

/** Says to the tab when somebody composes here. */
export const composing = ViewPlugin.fromClass(Composing, {
  eventObservers: { compositionstart: begin, compositionend: end },
});
