// Mentions: "@" and a name inside plain words. What is sent are ids; what is read are names.
import { plain } from "../ui/words";

export interface Mentionable {
  id: string;
  name: string;
}

/** A mention that is being typed: where its "@" is, and what stands after it. */
export interface OpenMention {
  at: number;
  typed: string;
}

/** Characters of a name one types before the list gives up. */
const TYPED_CHARS_MAX = 40;
const SUGGESTED_MAX = 6;

/** The mention that ends at the caret; null: none is being typed. */
export function openMentionAt(text: string, caret: number): OpenMention | null {
  const before = text.slice(Math.max(0, caret - TYPED_CHARS_MAX), caret);
  const found = /(?:^|[\s([{"'“‘])@([^@\n]*)$/u.exec(before);
  if (found === null) return null;
  const typed = found[1] ?? "";
  return { at: caret - typed.length - 1, typed };
}

/** Whom the typed letters may mean: names that begin so first, then those with a later word that does. */
export function suggested<Person extends Mentionable>(people: readonly Person[], typed: string): Person[] {
  const wanted = plain(typed);
  const rank = ({ name }: Person) => (plain(name).startsWith(wanted) ? 0 : plain(name).includes(` ${wanted}`) ? 1 : 2);
  return people
    .filter((person) => rank(person) < 2)
    .sort((one, two) => rank(one) - rank(two) || one.name.localeCompare(two.name))
    .slice(0, SUGGESTED_MAX);
}

/** The text with the name in the place of what was typed, and where the caret goes. */
export function withMention(text: string, mention: OpenMention, name: string): { text: string; caret: number } {
  const end = mention.at + 1 + mention.typed.length;
  const rest = text.slice(end);
  const put = `@${name}${rest.startsWith(" ") ? "" : " "}`;
  return {
    text: text.slice(0, mention.at) + put + rest,
    caret: mention.at + put.length + (rest.startsWith(" ") ? 1 : 0),
  };
}

/** Whether only one more space was typed, right after a mention that ended in one: nobody wants two. */
export function isSpaceAfter(mention: { text: string; caret: number }, text: string): boolean {
  return text === `${mention.text.slice(0, mention.caret)} ${mention.text.slice(mention.caret)}`;
}

/** A stretch of a message: words, or the name of somebody mentioned. */
export interface Piece {
  text: string;
  id: string | null;
}

/** The message in pieces; a longer name wins over one that it begins with. */
export function pieces(text: string, people: readonly Mentionable[]): Piece[] {
  const byLength = [...people].sort((one, two) => two.name.length - one.name.length);
  const found: Piece[] = [];
  let from = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const person = byLength.find(
      ({ name }) => name !== "" && text.startsWith(name, at + 1) && isEnd(text, at + 1 + name.length),
    );
    if (person === undefined || (at > 0 && /[\p{L}\p{N}]/u.test(text.charAt(at - 1)))) continue;
    if (at > from) found.push({ text: text.slice(from, at), id: null });
    from = at + 1 + person.name.length;
    found.push({ text: text.slice(at, from), id: person.id });
    at = from - 1;
  }
  if (from < text.length) found.push({ text: text.slice(from), id: null });
  return found;
}

/** The ids of everybody whose name a text mentions, each once. */
export function mentionedIn(text: string, people: readonly Mentionable[]): string[] {
  return [...new Set(pieces(text, people).flatMap(({ id }) => (id === null ? [] : [id])))];
}

function isEnd(text: string, at: number): boolean {
  return !/[\p{L}\p{N}]/u.test(text.charAt(at));
}
