// A song as its lyric sheet has it, read from the live document.
import type * as Y from "yjs";
import type { Path } from "../../collab/path";
import { valueAt } from "../../collab/values";
import { capitalised } from "../../ui/words";
import { keyName } from "./names";
import { sectionPath, SECTIONS, sectionsOf } from "./section-edits";
import { sectionKindOf, shownName } from "./section-kinds";
import type { Sheet, SheetSection } from "./sheet-text";
import { barsPlayed } from "./totals";

/** All that the sheet shows: whoever reads it follows these. */
export const SHEET_PATHS: readonly Path[] = [["title"], ["key"], ["mode"], ["bpm"], ["time_signature"], SECTIONS];

/** The sheet of a song as it is now. */
export function readSheet(doc: Y.Doc): Sheet {
  const title = textAt(doc, ["title"]);
  return {
    title: title === "" ? "Untitled" : title,
    facts: factsOf(doc),
    sections: sectionsOf(doc).map(({ id }) => readSection(doc, id)),
  };
}

function readSection(doc: Y.Doc, id: string): SheetSection {
  const at = (field: string) => valueAt(doc, sectionPath(id, field));
  const kind = at("kind");
  return {
    id,
    name: shownName(at("name"), kind),
    kind: sectionKindOf(kind),
    bars: barsPlayed(kind, at("bars")),
    chords: textAt(doc, sectionPath(id, "chords")),
    lyrics: textAt(doc, sectionPath(id, "lyrics")),
  };
}

/** "A minor · 96 bpm · 4/4", as far as the song says it. */
function factsOf(doc: Y.Doc): string {
  const key = [keyName(textAt(doc, ["key"])), textAt(doc, ["mode"])].filter((word) => word !== "").join(" ");
  const bpm = valueAt(doc, ["bpm"]);
  const tempo = typeof bpm === "number" ? `${bpm} bpm` : "";
  return [capitalised(key), tempo, textAt(doc, ["time_signature"])].filter((fact) => fact !== "").join(" · ");
}

function textAt(doc: Y.Doc, path: Path): string {
  const value = valueAt(doc, path);
  return typeof value === "string" ? value : "";
}
