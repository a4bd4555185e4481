// The kinds of sections: their names, how long they usually are, what tends to follow, and how a new one is called.

export const SECTION_KINDS = [
  "intro",
  "verse",
  "pre-chorus",
  "chorus",
  "bridge",
  "solo",
  "breakdown",
  "outro",
] as const;

export type SectionKind = (typeof SECTION_KINDS)[number];

/** As people read them. */
export const SECTION_KIND_NAMES: Readonly<Record<SectionKind, string>> = {
  intro: "Intro",
  verse: "Verse",
  "pre-chorus": "Pre-chorus",
  chorus: "Chorus",
  bridge: "Bridge",
  solo: "Solo",
  breakdown: "Breakdown",
  outro: "Outro",
};

/** What the renderer plays when a section does not say it: workers/engines/local/arrangement.py. */
export const USUAL: Readonly<Record<SectionKind, { bars: number; energy: number }>> = {
  intro: { bars: 4, energy: 0.4 },
  verse: { bars: 8, energy: 0.55 },
  "pre-chorus": { bars: 4, energy: 0.68 },
  chorus: { bars: 8, energy: 0.9 },
  bridge: { bars: 8, energy: 0.5 },
  solo: { bars: 8, energy: 0.85 },
  breakdown: { bars: 4, energy: 0.3 },
  outro: { bars: 4, energy: 0.38 },
};

const FOLLOWERS: Readonly<Record<SectionKind, SectionKind>> = {
  intro: "verse",
  verse: "chorus",
  "pre-chorus": "chorus",
  chorus: "verse",
  bridge: "chorus",
  solo: "chorus",
  breakdown: "chorus",
  outro: "outro",
};

/** The kind a value names; null: none, as when nobody has chosen yet. */
export function sectionKindOf(value: unknown): SectionKind | null {
  return SECTION_KINDS.find((kind) => kind === value) ?? null;
}

/** What a section is played as: one without a kind is a verse. */
export function playedAs(value: unknown): SectionKind {
  return sectionKindOf(value) ?? "verse";
}

/** What people most often write next; a song begins with a verse. */
export function kindAfter(kind: SectionKind | null): SectionKind {
  return kind === null ? "verse" : FOLLOWERS[kind];
}

/** What to show for a section whose name is empty. */
export function shownName(name: unknown, kind: unknown): string {
  const given = typeof name === "string" ? name.trim() : "";
  return given !== "" ? given : SECTION_KIND_NAMES[playedAs(kind)];
}

/**
 * A name for a new section that no other one has: "Verse 1", "Verse 2"; the others are numbered from the second on,
 * "Chorus", "Chorus 2".
 */
export function nameFor(kind: SectionKind, names: readonly string[]): string {
  const highest = Math.max(0, ...names.map((name) => numberOf(kind, name) ?? 0));
  const number = highest + 1;
  return number === 1 && kind !== "verse" ? SECTION_KIND_NAMES[kind] : `${SECTION_KIND_NAMES[kind]} ${number}`;
}

/** Whether a name is one that `nameFor` gives: then it follows when the kind changes. */
export function isGivenName(kind: SectionKind, name: string): boolean {
  return numberOf(kind, name) !== null;
}

/** The number in "Verse 2"; a bare "Verse" is the first; null: another name. */
function numberOf(kind: SectionKind, name: string): number | null {
  const found = new RegExp(`^${SECTION_KIND_NAMES[kind]}(?: (\\d{1,4}))?$`, "iu").exec(name.trim());
  return found === null ? null : Number(found.at(1) ?? 1);
}
