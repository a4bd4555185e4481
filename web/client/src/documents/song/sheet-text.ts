// The lyric sheet as plain text: for messages, mails and prompters.
import { sheetLines, type Piece, type SheetLine } from "./sheet-lines";

export interface SheetSection {
  readonly id: string;
  readonly name: string;
  readonly kind: string | null;
  readonly bars: number;
  readonly chords: string;
  readonly lyrics: string;
}

export interface Sheet {
  readonly title: string;
  /** Key, tempo, time signature, as one line. */
  readonly facts: string;
  readonly sections: readonly SheetSection[];
}

/** The whole sheet; chords stand in lines of their own above the words. */
export function sheetText(sheet: Sheet, withChords: boolean): string {
  const head = [sheet.title, sheet.facts].filter((line) => line !== "").join("\n");
  const sections = sheet.sections.map((section) => {
    const lines = sheetLines(section.lyrics, withChords ? section.chords : "", section.bars);
    return [`[${section.name}]`, ...lines.flatMap(textLines)].join("\n");
  });
  return [head, ...sections].join("\n\n") + "\n";
}

function textLines({ how, pieces }: SheetLine): string[] {
  if (how === "chords") return [pieces.map(({ chord }) => chord ?? "").join(" ")];
  const words = pieces.map(({ text }) => text).join("");
  if (pieces.every(({ chord }) => chord === null)) return [words];
  return [chordLine(pieces), words.trimEnd()];
}

/** Chords at the columns of their words; one that would run into the next moves it to the right. */
function chordLine(pieces: readonly Piece[]): string {
  let line = "";
  let column = 0;
  for (const { chord, text } of pieces) {
    if (chord !== null) line = line.padEnd(line === "" ? column : Math.max(column, line.length + 1)) + chord;
    column += text.length;
  }
  return line;
}
