// An engine's schema becomes a form, and the form a request that says only what was chosen.
import { expect, test } from "vitest";
import {
  choicesInWords,
  chosenValues,
  earlierChoicesInWords,
  initialValues,
  mistakeIn,
  parametersOf,
  valueInWords,
  valuesFrom,
  type Engine,
} from "./engine-form";

const engine: Engine = {
  name: "local",
  version: "1",
  parameters: {
    $defs: { Take: { type: "string", enum: ["one", "two"], title: "Take" } },
    properties: {
      feel: {
        type: "string",
        enum: ["auto", "jazz"],
        default: "auto",
        title: "Feel",
        description: "How the band plays.",
      },
      swing: { anyOf: [{ type: "number", minimum: 0, maximum: 1 }, { type: "null" }], default: null, title: "Swing" },
      guide: { type: "boolean", default: true, title: "Guide voice" },
      formats: {
        type: "array",
        items: { enum: ["wav", "flac"] },
        minItems: 1,
        default: ["wav", "flac"],
        title: "Formats",
      },
      loudness_lufs: {
        type: "number",
        minimum: -30,
        maximum: -9,
        default: -14,
        title: "Loudness Lufs",
        "x-unit": "LUFS",
      },
      which: { $ref: "#/$defs/Take", default: "two" },
      prompt: { type: "string", maxLength: 5, default: "" },
      odd: { type: "object" },
    },
  },
};
const parameters = parametersOf(engine);
const named = (name: string) => parameters.find((parameter) => parameter.name === name)!;

test("every parameter a form can ask for is asked for, in the engine's order", () => {
  expect(parameters.map(({ name, kind }) => [name, kind])).toEqual([
    ["feel", "choice"],
    ["swing", "number"],
    ["guide", "flag"],
    ["formats", "choices"],
    ["loudness_lufs", "number"],
    ["which", "choice"],
    ["prompt", "text"],
  ]);
});

test("labels are those somebody wrote, else the name in plain words; help and limits come along", () => {
  expect(named("guide").label).toBe("Guide voice");
  expect(named("loudness_lufs").label).toBe("Loudness LUFS");
  expect(named("feel").help).toBe("How the band plays.");
  expect(named("swing")).toMatchObject({ least: 0, most: 1, mayBeLeftOut: true, initial: null, step: 0.05 });
  expect(named("which").initial).toBe("two");
});

test("an engine without a readable schema has no form, and renders as it is", () => {
  expect(parametersOf({ name: "x", version: "1", parameters: {} })).toEqual([]);
});

test("only what differs from the engine's own choice is sent", () => {
  const initial = initialValues(parameters);
  expect(chosenValues(parameters, initial)).toEqual({});
  expect(chosenValues(parameters, { ...initial, formats: ["flac", "wav"] })).toEqual({});
  expect(chosenValues(parameters, { ...initial, swing: 0, guide: false })).toEqual({ swing: 0, guide: false });
});

test("settings of an earlier take are taken over as far as the engine still knows them", () => {
  const values = valuesFrom(parameters, { feel: "jazz", swing: 7, guide: false, gone: 1, formats: ["mp3"] });
  expect(chosenValues(parameters, values)).toEqual({ feel: "jazz", guide: false });
});

test("mistakes are said before they are sent", () => {
  expect(mistakeIn(named("formats"), [])).toBe("Choose at least one.");
  expect(mistakeIn(named("swing"), 2)).toBe("From 0 to 1.");
  expect(mistakeIn(named("swing"), null)).toBeNull();
  expect(mistakeIn(named("prompt"), "longer")).toBe("At most 5 characters.");
});

test("a closed form says what is different", () => {
  expect(choicesInWords(parameters, initialValues(parameters))).toBeNull();
  expect(choicesInWords(parameters, { ...initialValues(parameters), feel: "jazz", guide: false })).toBe(
    "Feel jazz, guide voice off",
  );
  expect(valueInWords(named("loudness_lufs"), -14)).toBe("−14 LUFS");
  expect(valueInWords(named("swing"), null)).toBe("automatic");
  expect(valueInWords(named("prompt"), "A_Bb")).toBe("A_Bb");
});

test("a take says what was chosen for it, not what its engine takes by itself or knows no more", () => {
  const said = (its: Record<string, unknown>, name = "local") =>
    earlierChoicesInWords([engine], { engine: name, parameters: its });
  const defaults = { feel: "auto", swing: null, guide: true, formats: ["wav", "flac"], loudness_lufs: -14 };
  expect(said(defaults)).toBeNull();
  expect(said({ ...defaults, swing: 0.25, formats: ["flac"], loudness_lufs: -20 })).toBe(
    "Swing 0.25, formats FLAC, loudness LUFS −20 LUFS",
  );
  expect(said({ ...defaults, feel: "polka", gone: 1 })).toBeNull();
  expect(said({ ...defaults, feel: "jazz" }, "gone")).toBeNull();
});
