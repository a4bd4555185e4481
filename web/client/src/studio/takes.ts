// Takes as people speak of them: numbered, with a name for every file.
import type { Schemas } from "../api/client";

export type Take = Schemas["TakeItem"];
export type TakeFile = Schemas["TakeFileItem"];

/** A take, and whether it was deleted in this tab. */
export type DeletableTake = Take & { deleted_here?: boolean };

export interface NumberedTake extends DeletableTake {
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
/** Bytes of a title in a file's name: systems take 255 in all, the studio 150 characters. */
const TITLE_BYTES_MAX = 100;

/** Gives every take its number; newest first. Takes in the trash count, those deleted are in `deleted_at`. */
export function numbered(takes: readonly DeletableTake[]): NumberedTake[] {
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

/** "Lanterns on the Tideline - Take 3 - drums.flac". */
export function fileNameOf(take: NumberedTake, file: TakeFile, songTitle: string): string {
  const part = file.role === "mix" || file.role === "midi" ? "" : ` - ${harmless(file.role)}`;
  const title = shortened(harmless(songTitle), TITLE_BYTES_MAX) || "Song";
  return `${title} - Take ${take.number}${part}.${file.format}`;
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

/** As many characters, as people count them, as fit into so many bytes: an emoji is never cut in half. */
function shortened(text: string, bytes_max: number): string {
  const encoder = new TextEncoder();
  let [kept, bytes] = ["", 0];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    bytes += encoder.encode(segment).length;
    if (bytes > bytes_max) break;
    kept += segment;
  }
  return kept.trim();
}

/** Without what a system keeps for itself, and what turns or hides the text around it. */
function harmless(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"*/:<>?\\|]+/gu, " ")
    .replace(/\s+/gu, " ")
    .replace(/^[. ]+/u, "")
    .trim();
}
