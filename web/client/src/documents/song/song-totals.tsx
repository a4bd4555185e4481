// What the song adds up to, below the arrangement. It follows when hands rest: no keystroke waits for a sum.
import { useEffect, useState } from "react";
import type * as Y from "yjs";
import { watchPath } from "../../collab/changes";
import { useDocument, useField } from "../../collab/context";
import { useGeneration } from "../../collab/hooks";
import { valueAt } from "../../collab/values";
import { atRest } from "../../ui/at-rest";
import { clock, counted } from "../../ui/words";
import { sectionPath, SECTIONS, sectionsOf } from "./section-edits";
import { totalsOf, type Countable } from "./totals";
import "./song-totals.css";

export function SongTotals() {
  const sections = useCountables();
  const { bars, words, seconds, ...totals } = totalsOf(sections, useField(["bpm"]), useField(["time_signature"]));
  if (totals.sections === 0) return null;
  return (
    <dl className="song-totals">
      <Total name="Length" value={clock(seconds)} isEstimate />
      <Total name="Sections" value={counted(totals.sections, "section")} />
      <Total name="Bars" value={counted(bars, "bar")} />
      <Total name="Words" value={counted(words, "word")} />
    </dl>
  );
}

function Total({ name, value, isEstimate = false }: { name: string; value: string; isEstimate?: boolean }) {
  return (
    <div className="song-totals__one">
      <dt className="visually-hidden">{name}</dt>
      <dd {...(isEstimate ? { title: "From bars, tempo and time signature" } : {})}>
        {isEstimate && <span className="visually-hidden">about </span>}
        {value}
      </dd>
    </div>
  );
}

function useCountables(): readonly Countable[] {
  const session = useDocument();
  const generation = useGeneration();
  const [sections, setSections] = useState<readonly Countable[]>([]);
  useEffect(() => {
    const { doc } = session;
    const sum = () => setSections(countablesOf(doc));
    // The words are on the screen before they are counted.
    const first = setTimeout(sum);
    const rest = atRest(sum);
    const stop = watchPath(doc, SECTIONS, rest.stir);
    return () => {
      stop();
      rest.stop();
      clearTimeout(first);
    };
    // The document is another one after a refusal.
  }, [session, generation]);
  return sections;
}

function countablesOf(doc: Y.Doc): Countable[] {
  return sectionsOf(doc).map(({ id, map }) => ({
    kind: map.get("kind"),
    bars: map.get("bars"),
    lyrics: valueAt(doc, sectionPath(id, "lyrics")) as string,
  }));
}
