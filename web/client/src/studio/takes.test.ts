// Takes keep their numbers; files keep names that every system takes.
import { expect, test } from "vitest";
import { downloadsOf, fileNameOf, isOutdated, numbered, sourcesOf, type Take, type TakeFile } from "./takes";

function file(role: string, format: string): TakeFile {
  return { role, format, digest: "d", bytes: 1, url: `/api/v1/assets/${role}${format}?name=${role}.${format}` };
}

function take(id: string, created_at: string, change: Partial<Take> = {}): Take {
  return {
    id,
    job_id: `job-${id}`,
    document_id: "song",
    document_position: 5,
    engine: "local",
    engine_version: "1",
    parameters: {},
    seed: 1,
    files: [file("drums", "flac"), file("midi", "mid"), file("mix", "wav"), file("mix", "flac"), file("peaks", "json")],
    duration_s: 10,
    sample_rate_hz: 44_100,
    sections: [],
    notes: [],
    loudness: {},
    created_by: "worker",
    created_at,
    deleted_at: null,
    ...change,
  };
}

test("takes are numbered from the first, shown from the newest; the trash counts", () => {
  const all = [take("b", "2026-01-02T00:00:00Z"), take("c", "2026-01-03T00:00:00Z"), take("a", "2026-01-01T00:00:00Z")];
  all[0]!.deleted_at = "2026-01-04T00:00:00Z";
  expect(numbered(all).map(({ id, number }) => [id, number])).toEqual([
    ["c", 3],
    ["b", 2],
    ["a", 1],
  ]);
});

test("a take listed twice, as kept and as deleted meanwhile, is one", () => {
  expect(numbered([take("a", "2026-01-01T00:00:00Z"), take("a", "2026-01-01T00:00:00Z")])).toHaveLength(1);
});

test("the mix plays in the lightest format the browser knows", () => {
  const one = take("a", "2026-01-01T00:00:00Z");
  expect(sourcesOf(one, () => true).map((url) => url.split("=")[1])).toEqual(["mix.flac", "mix.wav"]);
  expect(sourcesOf(one, (type) => type === "audio/wav")).toHaveLength(1);
  expect(sourcesOf(one, () => false)).toEqual([]);
});

test("downloads are the mix, the notes and the stems, never the page's own files", () => {
  const [one] = numbered([take("a", "2026-01-01T00:00:00Z")]);
  const downloads = downloadsOf(one!, "Tide");
  expect(downloads.map(({ name }) => name)).toEqual([
    "WAV, the mix",
    "FLAC, the mix",
    "MIDI, the notes",
    "FLAC, drums alone",
  ]);
  expect(downloads[0]!.href).toBe("/api/v1/assets/mixwav?name=Tide+-+Take+1.wav&download=true");
});

test.each([
  ["Lanterns", "Lanterns - Take 1.wav"],
  ["", "Song - Take 1.wav"],
  ["../../etc: <b>", "etc b - Take 1.wav"],
  ["雨の歌", "雨の歌 - Take 1.wav"],
  ["Que\u202Eexe", "Que exe - Take 1.wav"],
])("%j becomes a file name", (title, name) => {
  const [one] = numbered([take("a", "2026-01-01T00:00:00Z")]);
  expect(fileNameOf(one!, file("mix", "wav"), title)).toBe(name);
});

test("a long title is cut between characters, and leaves room for the rest", () => {
  const [one] = numbered([take("a", "2026-01-01T00:00:00Z")]);
  const name = fileNameOf(one!, file("lead", "flac"), "👩‍🚀".repeat(90));
  expect(name.endsWith(" - Take 1 - lead.flac")).toBe(true);
  expect(name.replaceAll("👩‍🚀", "")).toBe(" - Take 1 - lead.flac");
  expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(150);
});

test("a take is outdated once the song moved on, and not before that is known", () => {
  const one = take("a", "2026-01-01T00:00:00Z");
  expect(isOutdated(one, 6)).toBe(true);
  expect(isOutdated(one, 5)).toBe(false);
  expect(isOutdated(one, undefined)).toBe(false);
});
