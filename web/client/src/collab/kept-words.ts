// Comments that were begun and not sent: kept in this browser, per person, until they are sent or thrown away.
import { rememberedPerson } from "./identity";

const PREFIX = "counterpoint:words:";
/** What this page keeps where the browser allows no storage. */
const unstored = new Map<string, string>();

function keyOf(name: string): string {
  return `${PREFIX}${rememberedPerson() ?? ""}:${name}`;
}

/** What was kept under a name; "": nothing. */
export function keptWords(name: string): string {
  try {
    return localStorage.getItem(keyOf(name)) ?? unstored.get(name) ?? "";
  } catch {
    return unstored.get(name) ?? "";
  }
}

/** Keeps words under a name; "" forgets them. */
export function keepWords(name: string, words: string): void {
  unstored.delete(name);
  try {
    if (words === "") localStorage.removeItem(keyOf(name));
    else localStorage.setItem(keyOf(name), words);
  } catch {
    // Storage may be forbidden or full: the words then last as long as the page.
    if (words !== "") unstored.set(name, words);
  }
}

/** How many there are in this browser, of whomever. */
export function countKeptWords(): number {
  return unstored.size + storedKeys().length;
}

/** Forgets all of them, for signing out. */
export function forgetKeptWords(): void {
  unstored.clear();
  for (const key of storedKeys()) localStorage.removeItem(key);
}

function storedKeys(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}
