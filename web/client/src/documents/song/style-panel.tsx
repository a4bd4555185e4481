// How the song should sound and where it comes from: style, persona and world, seed, notes, sources.
import type { Entry } from "../../collab/values";
import { EntryList } from "../fields/entry-list";
import { LabelsField } from "../fields/labels-field";
import { LineField } from "../fields/line-field";
import { NumberField } from "../fields/number-field";
import { ReferenceField } from "../fields/reference-field";
import { TextField } from "../fields/text-field";
import { useTurns } from "../../ui/use-turns";
import "./style-panel.css";

/** What it is built in, one after the other: beside the words, which are what one came for. */
const PARTS = 5;

export function StylePanel() {
  const count = useTurns(PARTS, 0);
  return (
    <section className="style-panel" aria-labelledby="style-heading">
      <h2 id="style-heading" className="style-panel__heading">
        Style
      </h2>
      {count > 0 && (
        <div className="style-panel__group">
          <Sound />
          {count > 1 && <Voices />}
        </div>
      )}
      {count > 2 && <WhoAndWhere />}
      {count > 3 && <Production />}
      {count > 4 && <Sources />}
    </section>
  );
}

function Sound() {
  return (
    <>
      <TextField
        path={["style", "prompt"]}
        label="Prompt"
        variant="prose"
        minLines={4}
        placeholder="How it should sound, in your own words"
      />
      <LabelsField path={["genres"]} label="Genres" />
      <LabelsField path={["moods"]} label="Moods" />
    </>
  );
}

function Voices() {
  return (
    <>
      <LabelsField path={["style", "instruments"]} label="Instruments" />
      <LineField path={["style", "vocals"]} label="Vocals" placeholder="Not set" />
      <LabelsField path={["style", "influences"]} label="Influences" />
      <LabelsField path={["style", "tags"]} label="Tags" />
    </>
  );
}

function WhoAndWhere() {
  return (
    <div className="style-panel__group">
      <h3 className="style-panel__subheading">Who and where</h3>
      <ReferenceField path={["persona_id"]} label="Persona" />
      <ReferenceField path={["world_id"]} label="World" />
    </div>
  );
}

function Production() {
  return (
    <div className="style-panel__group">
      <h3 className="style-panel__subheading">Production</h3>
      <NumberField path={["seed"]} label="Seed" placeholder="Drawn for each take" />
      <TextField
        path={["producer_notes"]}
        label="Producer notes"
        variant="prose"
        minLines={3}
        placeholder="For whoever arranges, plays or mixes this"
      />
    </div>
  );
}

function Sources() {
  return (
    <div className="style-panel__group">
      <h3 className="style-panel__subheading">Sources</h3>
      <EntryList
        path={["sources"]}
        label="Sources"
        addLabel="Add a source"
        itemName={sourceName}
        layout="cards"
        empty="Nothing is noted down yet."
        renderEntry={(id) => <Source id={id} />}
      />
    </div>
  );
}

function sourceName({ map }: Entry, index: number): string {
  const title = map.get("title");
  return typeof title === "string" && title !== "" ? title : `Source ${index + 1}`;
}

function Source({ id }: { id: string }) {
  return (
    <div className="style-panel__source">
      <LineField path={["sources", id, "title"]} label="Title" placeholder="What it is" wraps />
      <LineField path={["sources", id, "url"]} label="Link" placeholder="https://" inputMode="url" />
      <LineField path={["sources", id, "note"]} label="Note" placeholder="What was taken from it" wraps />
    </div>
  );
}
