// Traits: named values of four types, as they are typed and as they are stored.
import { LIMITS } from "./definitions";
import { numberIn } from "./problems";
import { figure } from "../../ui/words";

export const TRAIT_TYPES = ["text", "number", "flag", "list"] as const;
export type TraitType = (typeof TRAIT_TYPES)[number];
export type TraitValue = string | number | boolean | readonly string[];

export const TRAIT_TYPE_NAMES: Record<TraitType, string> = {
  text: "Text",
  number: "Number",
  flag: "Yes or no",
  list: "List",
};

/** The type of a stored value. */
export function typeOf(value: unknown): TraitType {
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "flag";
  return Array.isArray(value) ? "list" : "text";
}

/** A value as another type, keeping as much of it as makes sense. */
export function asType(value: unknown, type: TraitType): TraitValue {
  const text = textOf(value);
  switch (type) {
    case "text":
      return text;
    case "number":
      return numberIn(text) ?? 0;
    case "flag":
      return value === true || /^(yes|true|1)$/i.test(text.trim());
    case "list":
      return typeof value === "boolean" ? [] : itemsIn(text);
  }
}

/** The items of a typed list: separated by commas, each once. */
function itemsIn(text: string): string[] {
  return [...new Set(text.split(/[,\n]/).map((item) => item.trim()))].filter((item) => item !== "");
}

/** What is wrong with the name of a trait, or null. */
export function traitNameProblem(name: string, others: readonly string[]): string | null {
  const plain = name.trim();
  if (plain === "") return "A trait needs a name.";
  if (plain.length > LIMITS.trait_name_chars) return `${LIMITS.trait_name_chars} characters fit into a name.`;
  return others.includes(plain) ? `There is a trait called “${plain}” already.` : null;
}

/** What is wrong with a typed value, or null. */
export function traitValueProblem(text: string, type: TraitType): string | null {
  if (type === "number") return numberIn(text) === null ? "Use a number." : null;
  if (type === "list") {
    const long = itemsIn(text).find((item) => item.length > LIMITS.trait_item_chars);
    return long === undefined ? null : `${LIMITS.trait_item_chars} characters fit into one item of a list.`;
  }
  return text.length > LIMITS.trait_text_chars ? `${figure(LIMITS.trait_text_chars)} characters fit.` : null;
}

/** The value a typed text means. */
export function valueOf(text: string, type: TraitType): TraitValue {
  if (type === "number") return numberIn(text) ?? 0;
  return type === "list" ? itemsIn(text) : text;
}

/** A value as it is typed. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
