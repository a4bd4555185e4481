// The lyric sheet: words with their chords, as they are read from a stand or printed.
import { memo } from "react";
import { sheetLines, type Piece, type SheetLine } from "./sheet-lines";
import type { Sheet, SheetSection } from "./sheet-text";
import "./kind-colour.css";
import "./lyric-sheet.css";

export function LyricSheet({ sheet, hasChords }: { sheet: Sheet; hasChords: boolean }) {
  return (
    <article className="lyric-sheet">
      <header className="lyric-sheet__head">
        <h1 dir="auto" className="lyric-sheet__title">
          {sheet.title}
        </h1>
        {sheet.facts !== "" && <p className="lyric-sheet__facts">{sheet.facts}</p>}
      </header>
      {sheet.sections.map((section) => (
        <Section key={section.id} section={section} hasChords={hasChords} />
      ))}
    </article>
  );
}

const Section = memo(
  function Section({ section, hasChords }: { section: SheetSection; hasChords: boolean }) {
    const lines = sheetLines(section.lyrics, hasChords ? section.chords : "", section.bars);
    return (
      <section className="lyric-sheet__section" aria-labelledby={`sheet-${section.id}`}>
        <h2 id={`sheet-${section.id}`} dir="auto" className="lyric-sheet__name kind-colour" data-kind={section.kind}>
          {section.name}
        </h2>
        <div className="lyric-sheet__lines">
          {lines.map((line, index) => (
            // Lines have no names; what is at a place may change as one writes.
            <Line key={index} line={line} />
          ))}
        </div>
      </section>
    );
  },
  (before, after) =>
    before.hasChords === after.hasChords && JSON.stringify(before.section) === JSON.stringify(after.section),
);

function Line({ line }: { line: SheetLine }) {
  const hasChords = line.pieces.some(({ chord }) => chord !== null);
  return (
    <p className="lyric-sheet__line" dir="auto" data-how={line.how} data-chords={hasChords || undefined}>
      {line.pieces.map((piece, index) => (
        <PieceWords key={index} piece={piece} />
      ))}
    </p>
  );
}

/** The chord stands over the first word; the words after it may go on to the next line by themselves. */
function PieceWords({ piece: { chord, text } }: { piece: Piece }) {
  if (chord === null) return text;
  const first = /^\s*\S+\s?/u.exec(text)?.[0] ?? text;
  return (
    <>
      <span className="lyric-sheet__piece" data-fits={text.trimEnd().length > chord.length + 1 || undefined}>
        <span className="lyric-sheet__chord">
          {/* A chord reads from left to right over any words, and does not decide the direction of its line. */}
          <bdi dir="ltr">{chord}</bdi>
        </span>
        <span className="lyric-sheet__word">{first === "" ? "\u00a0" : first}</span>
      </span>
      {text.slice(first.length)}
    </>
  );
}
