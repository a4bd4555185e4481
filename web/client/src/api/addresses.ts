// Where documents and their pages are found.

export const KIND_NAMES = ["song", "persona", "world", "note"] as const;
export type KindName = (typeof KIND_NAMES)[number];

/** One word for each kind, as people read it. */
export const KINDS: Record<KindName, { name: string; plural: string; folder: string; titleField: string }> = {
  song: { name: "Song", plural: "Songs", folder: "songs", titleField: "title" },
  persona: { name: "Persona", plural: "Personas", folder: "personas", titleField: "name" },
  world: { name: "World", plural: "Worlds", folder: "worlds", titleField: "name" },
  note: { name: "Note", plural: "Notes", folder: "notes", titleField: "title" },
};

/** Whether the client knows pages for documents of this kind. */
export function isKindName(name: string): name is KindName {
  return (KIND_NAMES as readonly string[]).includes(name);
}

/** The editor of a document; the library when there is none for its kind. */
export function documentAddress(kind: string, id: string): string {
  return isKindName(kind) ? `/${KINDS[kind].folder}/${id}` : "/";
}

/** Where a song is rendered and listened to. */
export function studioAddress(songId: string): string {
  return `/songs/${songId}/studio`;
}

/** Who did what in a document, and every version of it. */
export function historyAddress(kind: KindName, id: string): string {
  return `${documentAddress(kind, id)}/history`;
}

/** Every branch of a document. */
export function branchesAddress(kind: string, id: string): string {
  return `${documentAddress(kind, id)}/branches`;
}

interface BranchPlace {
  kind: string;
  document_id: string;
  id: string;
}

/** Where a branch is reviewed and merged. */
export function branchAddress(branch: BranchPlace): string {
  return `${branchesAddress(branch.kind, branch.document_id)}/${branch.id}`;
}

/** Where one writes on a branch. */
export function branchEditorAddress(branch: BranchPlace): string {
  return `${branchAddress(branch)}/edit`;
}

/** Who did what on a branch. */
export function branchHistoryAddress(branch: BranchPlace): string {
  return `${branchAddress(branch)}/history`;
}

/** The document an address is about, if any. */
export function documentAt(address: string): { kind: KindName; id: string } | null {
  const [, folder, id] = /^\/([a-z]+)\/([^/?#]+)/u.exec(address) ?? [];
  const kind = KIND_NAMES.find((name) => KINDS[name].folder === folder);
  return kind === undefined || id === undefined ? null : { kind, id };
}

/** What the browser's history carries to the page of a document that was made a moment ago. */
export const NEW = { isNew: true } as const;

/** Whether this page was opened for a document made a moment ago; said once, not again after a reload. */
export function isNew(): boolean {
  const state: unknown = history.state;
  if (typeof state !== "object" || state === null || !("isNew" in state)) return false;
  history.replaceState(null, "");
  return true;
}
