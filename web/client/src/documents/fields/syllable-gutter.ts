// The margin of lyrics: how many syllables each line has.
import { gutter, GutterMarker } from "@codemirror/view";
import type { Extension } from "@codemirror/state";
import { syllablesIn } from "./syllables";

class Count extends GutterMarker {
  constructor(private readonly count: number) {
    super();
  }

  override eq(other: Count): boolean {
    return other.count === this.count;
  }

  override toDOM(): Text {
    return document.createTextNode(String(this.count));
  }
}

/** Counts are kept by line: typing changes one of them. */
const KEPT_MAX = 2000;

/** A column after the text with the syllables of each line. */
export function syllableGutter(language: string | null): Extension {
  const kept = new Map<string, number>();
  const countIn = (line: string): number => {
    const known = kept.get(line);
    if (known !== undefined) return known;
    if (kept.size > KEPT_MAX) kept.clear();
    const count = syllablesIn(line, language);
    kept.set(line, count);
    return count;
  };
  return gutter({
    class: "syllable-gutter",
    side: "after",
    lineMarker: (view, line) => {
      const count = countIn(view.state.sliceDoc(line.from, line.to));
      return count === 0 ? null : new Count(count);
    },
    lineMarkerChange: (update) => update.docChanged,
  });
}
