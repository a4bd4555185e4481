// Takes as people speak of them: numbered, with a name for every file.
import type { Schemas } from "../api/client";

export type Take = Schemas["TakeItem"];
export type TakeFile = Schemas["TakeFileItem"];

export interface NumberedTake extends Take {
  /** 1 for the first take of the song, deleted ones counted: a number never moves to another take. */
  number: number;
}

/** A file somebody may want to keep. */
export interface Download {
  id: string;
  /** "Mix, WAV". */
  name: string;
  bytes: number;
  href: string;
  /** What it is called on the disk of whoever saves it. */
  fileName: string;
  /** Part of the sound rather than all of it. */
  isStem: boolean;
}

/** Files that serve this page rather than people. */
const INTERNAL_ROLES = new Set(["peaks", "lyrics"]);
/** What browsers play, the lightest first. */
const PLAYABLE: readonly (readonly [format: string, type: string])[] = [
  ["ogg", "audio/ogg"],
  ["mp3", "audio/mpeg"],
  ["flac", "audio/flac"],
  ["wav", "audio/wav"],
];
/** Characters of a file's name before its ending that every system and the studio take. */
const NAME_CHARS_MAX = 80;

/** Gives every take its number; newest first. Takes in the trash count, those deleted are in `deleted_at`. */
export function numbered(takes: readonly Take[]): NumberedTake[] {
  const oldestFirst = [...new Map(takes.map((take) => [take.id, take])).values()].sort(
    (a, b) => Date.parse(a.created_at) - Date.parse(b.created_at) || (a.id < b.id ? -1 : 1),
  );
  return oldestFirst.map((take, index) => ({ ...take, number: index + 1 })).reverse();
}

/** The mix in the formats that can be played, the best to begin with first. */
export function sourcesOf(take: Take, canPlay: (type: string) => boolean): string[] {
  const mixes = take.files.filter((file) => file.role === "mix");
  return PLAYABLE.filter(([, type]) => canPlay(type)).flatMap(([format]) =>
    mixes.filter((file) => file.format === format).map((file) => file.url),
  );
}

/** The file of a role, such as `peaks` or `lyrics`. */
export function fileOf(take: Take, role: string): TakeFile | undefined {
  return take.files.find((file) => file.role === role);
}

/** Everything that can be saved: the mix first, then the notes, then the stems. */
export function downloadsOf(take: NumberedTake, songTitle: string): Download[] {
  const order = (file: TakeFile) => (file.role === "mix" ? 0 : file.role === "midi" ? 1 : 2);
  return take.files
    .filter((file) => !INTERNAL_ROLES.has(file.role))
    .toSorted((a, b) => order(a) - order(b))
    .map((file) => {
      const fileName = fileNameOf(take, file, songTitle);
      return {
        id: `${file.role}.${file.format}`,
        name: downloadName(file),
        bytes: file.bytes,
        href: `${file.url.split("?")[0] ?? ""}?${new URLSearchParams({ name: fileName, download: "true" }).toString()}`,
        fileName,
        isStem: file.role !== "mix" && file.role !== "midi",
      };
    });
}

/** "Lanterns on the Tideline - Take 3 - drums.flac"; letters that some system cannot keep are left out. */
export function fileNameOf(take: NumberedTake, file: TakeFile, songTitle: string): string {
  const part = file.role === "mix" || file.role === "midi" ? "" : ` - ${file.role}`;
  const tail = plain(` - Take ${take.number}${part}`);
  const title =
    plain(songTitle)
      .slice(0, NAME_CHARS_MAX - tail.length)
      .trim() || "Song";
  return `${title}${tail}.${file.format}`;
}

/** Whether the song was edited after this take. */
export function isOutdated(take: Take, songPosition: number | undefined): boolean {
  return songPosition !== undefined && songPosition > take.document_position;
}

function downloadName(file: TakeFile): string {
  const format = file.format.toUpperCase();
  if (file.role === "mix") return `${format}, the mix`;
  if (file.role === "midi") return "MIDI, the notes";
  return `${format}, ${file.role} alone`;
}

/** Letters without marks; what is left beside letters, digits, spaces, dots, dashes and underscores goes. */
function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9 ._-]+/gu, "")
    .replace(/\s+/gu, " ")
    .replace(/^[^A-Za-z0-9 ]+/u, "");
}
