// What the render form holds, and the request it makes.
import { useState } from "react";
import {
  chosenValues,
  initialValues,
  mistakeIn,
  parametersOf,
  valuesFrom,
  type Engine,
  type Parameter,
  type Value,
  type Values,
} from "./engine-form";
import { seedMistake, seedOf } from "./seed-field";
import type { RenderRequest } from "./studio-commands";
import type { NumberedTake } from "./takes";

export interface RenderForm {
  engine: Engine | null;
  parameters: readonly Parameter[];
  values: Values;
  seedText: string;
  /** Null: the song as it is when one presses Render. */
  position: number | null;
  isValid: boolean;
  chooseEngine: (name: string) => void;
  change: (name: string, value: Value) => void;
  changeSeed: (text: string) => void;
  choosePosition: (position: number | null) => void;
  /** Takes over everything an earlier take was made from but the song. */
  takeOver: (take: NumberedTake) => void;
  reset: () => void;
  request: (songId: string) => RenderRequest;
}

/** The form of one song's page; it begins with the default engine as the engine suggests. */
export function useRenderForm(engines: readonly Engine[]): RenderForm {
  const [engineName, setEngineName] = useState<string | null>(null);
  const [chosen, setChosen] = useState<Values>({});
  const [seedText, setSeedText] = useState("");
  const [position, setPosition] = useState<number | null>(null);
  const engine = engines.find((candidate) => candidate.name === engineName) ?? engines[0] ?? null;
  const parameters = engine === null ? [] : parametersOf(engine);
  const values: Values = { ...initialValues(parameters), ...chosen };
  return {
    engine,
    parameters,
    values,
    seedText,
    position,
    isValid:
      seedMistake(seedText) === null &&
      parameters.every((parameter) => mistakeIn(parameter, values[parameter.name]) === null),
    chooseEngine: (name) => {
      setEngineName(name);
      setChosen({});
    },
    change: (name, value) => setChosen({ ...chosen, [name]: value }),
    changeSeed: setSeedText,
    choosePosition: setPosition,
    takeOver: (take) => {
      const its = engines.find((candidate) => candidate.name === take.engine) ?? engine;
      setEngineName(its?.name ?? null);
      setChosen(its === null ? {} : valuesFrom(parametersOf(its), take.parameters));
      setSeedText(String(take.seed));
    },
    reset: () => {
      setChosen({});
      setSeedText("");
      setPosition(null);
    },
    request: (songId) => ({
      document_id: songId,
      engine: engine?.name ?? null,
      parameters: chosenValues(parameters, values),
      seed: seedOf(seedText),
      position,
    }),
  };
}
