// The facts of a song as one line: key, mode, tempo, time signature, status, language.
import { ChoiceField } from "../fields/choice-field";
import { LineField } from "../fields/line-field";
import { NumberField } from "../fields/number-field";
import { capitalised, keyName, LANGUAGES } from "./names";
import "./song-facts.css";

export function SongFacts() {
  return (
    <div className="song-facts" role="group" aria-label="Facts">
      <ChoiceField path={["key"]} label="Key" nameOf={keyName} className="song-facts__key" />
      <ChoiceField path={["mode"]} label="Mode" nameOf={capitalised} className="song-facts__mode" />
      <NumberField path={["bpm"]} label="Tempo" unit="bpm" className="song-facts__tempo" />
      <ChoiceField path={["time_signature"]} label="Time" className="song-facts__time" />
      <ChoiceField path={["status"]} label="Status" nameOf={capitalised} className="song-facts__status" />
      <LineField path={["language"]} label="Language" suggestions={LANGUAGES} className="song-facts__language" />
    </div>
  );
}
