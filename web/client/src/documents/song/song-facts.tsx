// The facts of a song as one line: key, mode, tempo, time signature, status, language.
import { useField } from "../../collab/context";
import { languageCode, languageName } from "../../ui/languages";
import { ChoiceField } from "../fields/choice-field";
import { LineField } from "../fields/line-field";
import { NumberField } from "../fields/number-field";
import { useMayWrite } from "../fields/use-field";
import { capitalised } from "../../ui/words";
import { keyName } from "./names";
import "./song-facts.css";

export function SongFacts() {
  const mayWrite = useMayWrite();
  if (!mayWrite) return <FactsStill />;
  return (
    <div className="song-facts" role="group" aria-label="Facts">
      <ChoiceField path={["key"]} label="Key" nameOf={keyName} className="song-facts__key" />
      <ChoiceField path={["mode"]} label="Mode" nameOf={capitalised} className="song-facts__mode" />
      <NumberField path={["bpm"]} label="Tempo" unit="bpm" className="song-facts__tempo" />
      <ChoiceField path={["time_signature"]} label="Time" className="song-facts__time" />
      <ChoiceField path={["status"]} label="Status" nameOf={capitalised} className="song-facts__status" />
      <LineField
        path={["language"]}
        label="Language"
        nameOf={languageName}
        storedAs={languageCode}
        className="song-facts__language"
      />
    </div>
  );
}

/** For those who may only read: words instead of controls that do nothing. */
function FactsStill() {
  return (
    <dl className="song-facts song-facts--still">
      <Fact name="Key" value={useText("key", keyName)} />
      <Fact name="Mode" value={useText("mode", capitalised)} />
      <Fact name="Tempo" value={useText("bpm", (bpm) => `${bpm} bpm`)} />
      <Fact name="Time" value={useText("time_signature")} />
      <Fact name="Status" value={useText("status", capitalised)} />
      <Fact name="Language" value={useText("language", languageName)} />
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string | null }) {
  if (value === null) return null;
  return (
    <div className="song-facts__fact">
      <dt className="field__label">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function useText(field: string, nameOf: (value: string) => string = String): string | null {
  const value = useField([field]);
  return typeof value === "string" || typeof value === "number" ? nameOf(String(value)) : null;
}
