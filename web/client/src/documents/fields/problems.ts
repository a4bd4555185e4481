// What is wrong with a value before it is shared, in words that say what would be right.
import type { Definition } from "./definitions";
import { LIMITS } from "./definitions";
import { counted, figure } from "../../ui/words";

const COLOUR = /^#[0-9a-f]{6}$/i;

/** What is wrong with a line of text, or null. */
export function lineProblem(text: string, definition: Definition): string | null {
  return definition.charsMax === null ? null : lengthProblem(text, definition.charsMax);
}

/** What is wrong with a typed number, or null; nothing typed is fine and means "not set". */
export function numberProblem(text: string, definition: Definition): string | null {
  if (text.trim() === "") return null;
  const value = numberIn(text);
  const { minimum, maximum, how } = definition;
  const isInRange = value !== null && value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
  if (isInRange && (how !== "whole" || Number.isInteger(value))) return null;
  const range = minimum === null || maximum === null ? "" : ` from ${minimum} to ${figure(maximum)}`;
  return how === "whole" ? `Use a whole number${range}.` : `Use a number${range}.`;
}

/** What is wrong with a typed colour, or null. */
export function colourProblem(text: string): string | null {
  return text.trim() === "" || colourIn(text) !== null ? null : "Use # and six digits, like #1a2b3c.";
}

/** What is wrong with a label, or null. */
export function labelProblem(text: string): string | null {
  return lengthProblem(text, LIMITS.label_chars);
}

/** The number a text means, with a comma or a point; null: none. */
export function numberIn(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  const value = Number(plain);
  return plain !== "" && /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) && Number.isFinite(value) ? value : null;
}

/** The colour a text means, as `#rrggbb`; three digits and a missing # are understood. */
export function colourIn(text: string): string | null {
  const digits = text.trim().replace(/^#/, "").toLowerCase();
  const long = digits.length === 3 ? digits.replace(/./g, "$&$&") : digits;
  return COLOUR.test(`#${long}`) ? `#${long}` : null;
}

function lengthProblem(text: string, charsMax: number): string | null {
  if (text.length <= charsMax) return null;
  const over = text.length - charsMax;
  return `This is ${counted(over, "character")} too long; ${figure(charsMax)} fit.`;
}
