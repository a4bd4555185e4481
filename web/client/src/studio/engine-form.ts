// A form from an engine's JSON Schema: what to ask, in which control, within which limits.
import type { Schemas } from "../api/client";
import { capitalised } from "../ui/words";
import { sentenceCase } from "./format";

export type Engine = Schemas["EngineItem"];
export type Value = string | number | boolean | string[] | null;
export type Values = Readonly<Record<string, Value>>;

interface Common {
  name: string;
  label: string;
  help: string | null;
  /** What counts when nothing is chosen. */
  initial: Value;
}

/** One thing to choose. */
export type Parameter =
  | (Common & { kind: "choice"; choices: readonly string[] })
  | (Common & { kind: "choices"; choices: readonly string[]; least: number })
  | (Common & { kind: "flag" })
  | (Common & { kind: "text"; longest: number | null })
  | (Common & {
      kind: "number";
      least: number | null;
      most: number | null;
      step: number;
      unit: string | null;
      /** Null is a choice of its own: the engine decides. */
      mayBeLeftOut: boolean;
    });

type Json = Record<string, unknown>;

/** Every parameter a form can ask for, in the engine's order; others keep what the engine takes by itself. */
export function parametersOf(engine: Engine): Parameter[] {
  const schema: Json = engine.parameters;
  const properties = isJson(schema["properties"]) ? schema["properties"] : {};
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isJson(property)) return [];
    const parameter = parameterOf(name, resolved(property, schema));
    return parameter === null ? [] : [parameter];
  });
}

/** Every parameter at what the engine takes by itself. */
export function initialValues(parameters: readonly Parameter[]): Values {
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.initial]));
}

/** Only what differs from what the engine takes by itself: its own defaults stay its own. */
export function chosenValues(parameters: readonly Parameter[], values: Values): Values {
  const chosen = parameters.filter((parameter) => !isSame(values[parameter.name], parameter.initial));
  return Object.fromEntries(chosen.map(({ name }) => [name, values[name] ?? null]));
}

/** Values of an earlier take, as far as the engine still knows them. */
export function valuesFrom(parameters: readonly Parameter[], earlier: Readonly<Record<string, unknown>>): Values {
  const known = parameters.filter(
    (parameter) => parameter.name in earlier && isPossible(parameter, earlier[parameter.name]),
  );
  return {
    ...initialValues(parameters),
    ...Object.fromEntries(known.map(({ name }) => [name, earlier[name] as Value])),
  };
}

/** What is wrong with a value, for its place in the form; null: nothing. */
export function mistakeIn(parameter: Parameter, value: Value | undefined): string | null {
  if (parameter.kind === "choices" && Array.isArray(value) && value.length < parameter.least)
    return parameter.least === 1 ? "Choose at least one." : `Choose at least ${parameter.least}.`;
  if (parameter.kind === "number" && typeof value === "number" && !isWithin(value, parameter.least, parameter.most))
    return `From ${parameter.least ?? "−∞"} to ${parameter.most ?? "∞"}.`;
  if (
    parameter.kind === "text" &&
    typeof value === "string" &&
    parameter.longest !== null &&
    value.length > parameter.longest
  )
    return `At most ${parameter.longest} characters.`;
  return null;
}

/** A value as a sentence shows it. */
export function valueInWords(parameter: Parameter, value: Value | undefined): string {
  if (value === null || value === undefined) return "automatic";
  if (Array.isArray(value)) return value.map((item) => item.toUpperCase()).join(", ");
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") {
    const figure = String(value).replace("-", "−");
    return parameter.kind === "number" && parameter.unit !== null ? `${figure} ${parameter.unit}` : figure;
  }
  return parameter.kind === "text" ? value : sentenceCase(value).toLowerCase();
}

/** "Feel jazz, guide voice off": what differs from what the engine takes by itself; null: nothing. */
export function choicesInWords(parameters: readonly Parameter[], values: Values): string | null {
  const chosen = parameters.filter((parameter) => !isSame(values[parameter.name], parameter.initial));
  const parts = chosen.map(
    (parameter) => `${withoutCapital(parameter.label)} ${valueInWords(parameter, values[parameter.name])}`,
  );
  return parts.length === 0 ? null : capitalised(parts.join(", "));
}

/** What was chosen for an earlier take, as far as its engine is still there and knows it; null: nothing. */
export function earlierChoicesInWords(
  engines: readonly Engine[],
  { engine: name, parameters: earlier }: { engine: string; parameters: Readonly<Record<string, unknown>> },
): string | null {
  const engine = engines.find((candidate) => candidate.name === name);
  if (engine === undefined) return null;
  const parameters = parametersOf(engine);
  return choicesInWords(parameters, valuesFrom(parameters, earlier));
}

function parameterOf(name: string, schema: Json): Parameter | null {
  const help = typeof schema["description"] === "string" ? schema["description"] : null;
  const common = { name, label: labelOf(name, schema), help };
  const initial = schema["default"];
  const choices = textsIn(schema["enum"]);
  if (choices !== null)
    return {
      ...common,
      kind: "choice",
      choices,
      initial: typeof initial === "string" ? initial : (choices[0] ?? null),
    };
  if (schema["type"] === "boolean") return { ...common, kind: "flag", initial: initial === true };
  if (schema["type"] === "number" || schema["type"] === "integer") return numberOf(common, schema);
  if (schema["type"] === "string")
    return {
      ...common,
      kind: "text",
      initial: typeof initial === "string" ? initial : "",
      longest: numberIn(schema, "maxLength"),
    };
  const items = isJson(schema["items"]) ? textsIn(schema["items"]["enum"]) : null;
  if (schema["type"] === "array" && items !== null)
    return {
      ...common,
      kind: "choices",
      choices: items,
      initial: textsIn(initial) ?? [],
      least: numberIn(schema, "minItems") ?? 0,
    };
  return null;
}

function numberOf(common: Omit<Common, "initial">, schema: Json): Parameter {
  const least = numberIn(schema, "minimum") ?? numberIn(schema, "exclusiveMinimum");
  const most = numberIn(schema, "maximum") ?? numberIn(schema, "exclusiveMaximum");
  const initial = schema["default"];
  const mayBeLeftOut = schema["nullable"] === true;
  return {
    ...common,
    kind: "number",
    least,
    most,
    step: numberIn(schema, "multipleOf") ?? (schema["type"] === "integer" ? 1 : stepOf(least, most)),
    unit: typeof schema["x-unit"] === "string" ? schema["x-unit"] : null,
    mayBeLeftOut,
    initial: typeof initial === "number" ? initial : mayBeLeftOut ? null : (least ?? 0),
  };
}

/** A step that gives a slider some tens of places. */
function stepOf(least: number | null, most: number | null): number {
  const span = least === null || most === null ? 1 : most - least;
  return span <= 2 ? 0.05 : span <= 60 ? 0.5 : 1;
}

/** `anyOf` with null and references, as one plain schema. */
function resolved(schema: Json, root: Json): Json {
  const variants = Array.isArray(schema["anyOf"]) ? schema["anyOf"].filter(isJson) : null;
  if (variants !== null) {
    const [first, ...others] = variants.filter((variant) => variant["type"] !== "null");
    if (first === undefined || others.length > 0) return schema;
    return { ...resolved(first, root), ...schema, nullable: variants.length > 1 };
  }
  const reference = schema["$ref"];
  if (typeof reference !== "string") return schema;
  const target = isJson(root["$defs"]) ? root["$defs"][reference.replace("#/$defs/", "")] : undefined;
  return isJson(target) ? { ...target, ...schema } : schema;
}

/** A title somebody wrote; the one made from the name is only its words again. */
function labelOf(name: string, schema: Json): string {
  const title = schema["title"];
  const isWritten = typeof title === "string" && title.toLowerCase() !== name.replace(/_/gu, " ").toLowerCase();
  return isWritten ? title : sentenceCase(name);
}

/** As it stands within a sentence; what is all capitals stays so. */
function withoutCapital(label: string): string {
  return label.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase());
}

function isPossible(parameter: Parameter, value: unknown): boolean {
  switch (parameter.kind) {
    case "choice":
      return typeof value === "string" && parameter.choices.includes(value);
    case "choices":
      return Array.isArray(value) && value.every((item) => parameter.choices.includes(item as string));
    case "flag":
      return typeof value === "boolean";
    case "text":
      return typeof value === "string";
    case "number":
      return value === null
        ? parameter.mayBeLeftOut
        : typeof value === "number" && isWithin(value, parameter.least, parameter.most);
  }
}

function isWithin(value: number, least: number | null, most: number | null): boolean {
  return Number.isFinite(value) && (least === null || value >= least) && (most === null || value <= most);
}

function isSame(a: Value | undefined, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item) => b.includes(item));
  return a === undefined || a === b;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textsIn(value: unknown): string[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : null;
}

function numberIn(schema: Json, key: string): number | null {
  const value = schema[key];
  return typeof value === "number" ? value : null;
}
