// Who wrote which line of a text, from runs that know nothing of lines.
import type { Author, BlameRun } from "./requests";

/** What is read of a run; version and branch are told where it is shown. */
export type OwnRun = Pick<BlameRun, "text" | "author"> & Partial<Pick<BlameRun, "version" | "branch">>;

export interface BlameLine {
  runs: OwnRun[];
  /** Everybody who wrote in the line, in reading order, with the newest of what they wrote there. */
  authors: Author[];
}

export function authorsByLine(runs: readonly OwnRun[]): BlameLine[] {
  const lines: BlameLine[] = [{ runs: [], authors: [] }];
  for (const run of runs) {
    run.text.split("\n").forEach((part, index) => {
      if (index > 0) lines.push({ runs: [], authors: [] });
      if (part !== "") lines.at(-1)?.runs.push({ ...run, text: part });
    });
  }
  return lines.map(({ runs: own }) => ({ runs: own, authors: eachOnce(own.map(({ author }) => author)) }));
}

/** How many words of a text are whose, who wrote most first. */
export function shares(runs: readonly OwnRun[]): { personId: string; words: number }[] {
  const words = new Map<string, number>();
  for (const { text, author } of runs) {
    const count = text.match(/\S+/gu)?.length ?? 0;
    words.set(author.person_id, (words.get(author.person_id) ?? 0) + count);
  }
  return [...words]
    .map(([personId, count]) => ({ personId, words: count }))
    .sort((one, other) => other.words - one.words);
}

/** ", first in “Draft”: before the bridge"; empty when no version was named since. */
export function versionInWords(version: OwnRun["version"]): string {
  if (version === undefined || version === null) return "";
  return `, first in “${version.name}”${version.message === "" ? "" : `: ${version.message}`}`;
}

/** ", on the branch “Darker”"; empty when it was written in the document itself. */
export function branchInWords(branch: OwnRun["branch"]): string {
  return branch === undefined || branch === null ? "" : `, on the branch “${branch.name}”`;
}

function eachOnce(authors: readonly Author[]): Author[] {
  const found = new Map<string, Author>();
  for (const author of authors) {
    const known = found.get(author.person_id);
    if (known === undefined || known.position < author.position) found.set(author.person_id, author);
  }
  return [...found.values()];
}
