// What is seen of a section from outside: one reading for each, since there may be hundreds on the page.
import { useMemo } from "react";
import * as Y from "yjs";
import { useValue } from "../../collab/context";
import { contentAt } from "../../collab/shape";
import { sectionPath } from "./section-edits";
import { sectionKindOf, shownName, type SectionKind } from "./section-kinds";

export interface SectionLook {
  /** What it is called, also when it has no name. */
  readonly name: string;
  /** Null: nobody has said. */
  readonly kind: SectionKind | null;
  readonly bars: number | null;
  readonly energy: number | null;
}

/** The look of a section; typing in its words is no news to it. */
export function useSectionLook(id: string): SectionLook {
  const [read, paths] = useMemo(() => [(doc: Y.Doc) => readLook(doc, id), [sectionPath(id)]] as const, [id]);
  return useValue(read, paths);
}

function readLook(doc: Y.Doc, id: string): SectionLook {
  const map = contentAt(doc, sectionPath(id));
  const at = (field: string): unknown => (map instanceof Y.Map ? map.get(field) : null);
  const [kind, bars, energy] = [at("kind"), at("bars"), at("energy")];
  return {
    name: shownName(at("name"), kind),
    kind: sectionKindOf(kind),
    bars: typeof bars === "number" ? bars : null,
    energy: typeof energy === "number" ? energy : null,
  };
}
