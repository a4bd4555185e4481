// The words of a section: lyrics, chords beside or above them, notes. What is empty is folded away.
import { ChevronRight, Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/button";
import { useField, useFieldAtRest } from "../../collab/context";
import { counted } from "../../ui/words";
import { linesIn, wordsIn } from "../fields/syllables";
import { TextField } from "../fields/text-field";
import { useMayWrite } from "../fields/use-field";
import { WarningsAt } from "../fields/warnings-at";
import { useAreChordsShown } from "./chords-shown";
import { useCurrentSection } from "./current-section";
import { sectionPath } from "./section-edits";
import "./section-body.css";

export interface SectionBodyProps {
  id: string;
  /** Whether its words are seen as soon as the page opens. */
  isFirst: boolean;
}

export function SectionBody({ id, isFirst }: SectionBodyProps) {
  const mayWrite = useMayWrite();
  const chords = useFold(id, "chords", useAreChordsShown());
  const notes = useFold(id, "notes", true);
  return (
    <>
      <div className="section-body" data-chords={chords.isOpen || undefined}>
        <div className="section-body__lyrics" data-part="lyrics">
          <TextField
            path={sectionPath(id, "lyrics")}
            label="Lyrics"
            hideLabel
            variant="lyrics"
            gutter="syllables"
            isNearAtFirst={isFirst}
            minLines={mayWrite ? 2 : 1}
            hideCounts
            placeholder="Write the words here"
            none="No words"
          />
        </div>
        {chords.isOpen && (
          <div className="section-body__chords" id={chords.regionId} data-part="chords">
            <TextField
              path={sectionPath(id, "chords")}
              label="Chords"
              variant="chords"
              minLines={1}
              hideCounts
              placeholder="Am F C G"
            />
          </div>
        )}
      </div>
      {notes.isOpen && (
        <div className="section-body__notes" id={notes.regionId} data-part="notes">
          <TextField
            path={sectionPath(id, "notes")}
            label="Notes"
            variant="prose"
            minLines={1}
            hideCounts
            placeholder="For whoever plays this"
          />
        </div>
      )}
      <footer className="section-body__foot">
        <FoldButton fold={chords} name="Chords" addName="Add chords" mayWrite={mayWrite} />
        <FoldButton fold={notes} name="Notes" addName="Add notes" mayWrite={mayWrite} />
        {!chords.isOpen && <WarningsAt path={sectionPath(id, "chords")} />}
        <LyricsCounts id={id} />
      </footer>
    </>
  );
}

interface Fold {
  isOpen: boolean;
  isEmpty: boolean;
  regionId: string;
  /** Opens or closes; opening an empty part is the wish to write in it. */
  toggle: () => void;
}

/** A part that is open while it says something, until somebody here decides otherwise. */
function useFold(id: string, part: "chords" | "notes", isOpenWhenFilled: boolean): Fold {
  const current = useCurrentSection();
  const isEmpty = useField(sectionPath(id, part)) === "";
  const [chosen, setChosen] = useState<boolean | null>(null);
  const [followed, setFollowed] = useState(isOpenWhenFilled);
  // A new wish for the whole song is newer than what was chosen for this one section.
  if (followed !== isOpenWhenFilled) {
    setFollowed(isOpenWhenFilled);
    setChosen(null);
  }
  const isOpen = chosen ?? (!isEmpty && isOpenWhenFilled);
  const toggle = () => {
    setChosen(!isOpen);
    if (!isOpen && isEmpty) current.goTo(id, part);
  };
  return { isOpen, isEmpty, regionId: `section-${id}-${part}`, toggle };
}

function FoldButton({
  fold,
  name,
  addName,
  mayWrite,
}: {
  fold: Fold;
  name: string;
  addName: string;
  mayWrite: boolean;
}) {
  if (fold.isEmpty && !mayWrite) return null;
  const isAdding = fold.isEmpty && !fold.isOpen;
  return (
    <Button
      tone="quiet"
      size="small"
      className="section-body__fold"
      aria-expanded={fold.isOpen}
      {...(fold.isOpen ? { "aria-controls": fold.regionId } : {})}
      icon={isAdding ? <Plus size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
      onPress={fold.toggle}
    >
      {isAdding ? addName : name}
    </Button>
  );
}

/** What a writer counts, in the margin below. */
function LyricsCounts({ id }: { id: string }) {
  const lyrics = useFieldAtRest(sectionPath(id, "lyrics"));
  if (typeof lyrics !== "string" || lyrics.trim() === "") return null;
  return (
    <span className="section-body__counts">
      {counted(linesIn(lyrics), "line")} · {counted(wordsIn(lyrics), "word")}
    </span>
  );
}
