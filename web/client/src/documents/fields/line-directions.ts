// Lines that read from right to left: each line of a text goes the way its own words go.
import { RangeSetBuilder, type Extension } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from "@codemirror/view";

/** Letters of Hebrew, Arabic and the other scripts that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

const AUTO = Decoration.line({ attributes: { dir: "auto" } });

class Directions {
  decorations: DecorationSet;

  constructor(view: EditorView) {
    this.decorations = directionsIn(view);
  }

  update({ docChanged, viewportChanged, view }: ViewUpdate): void {
    if (docChanged || viewportChanged) this.decorations = directionsIn(view);
  }
}

/** The browser finds the direction of such a line, and the keys, the caret and a click follow it. */
export const lineDirections: Extension = [
  EditorView.perLineTextDirection.of(true),
  ViewPlugin.fromClass(Directions, { decorations: ({ decorations }) => decorations }),
];

/** Other lines are left as they are: a name at a caret must not turn one round, and most songs have none of these. */
function directionsIn(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges)
    for (let at = from; at <= to;) {
      const line = view.state.doc.lineAt(at);
      if (RIGHT_TO_LEFT.test(line.text)) builder.add(line.from, line.from, AUTO);
      at = line.to + 1;
    }
  return builder.finish();
}
