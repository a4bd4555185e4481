// Every field of a persona: who they are, how they sound, look, and what they never say.
import type { Entry } from "../../collab/values";
import { ColourField } from "../fields/colour-field";
import { EntryList } from "../fields/entry-list";
import { LabelsField } from "../fields/labels-field";
import { LineField } from "../fields/line-field";
import { TextField } from "../fields/text-field";
import { FormGrid, FormPage, type FormGroup } from "../frame/form-page";
import { LANGUAGES } from "../fields/languages";
import "./persona-form.css";

/** Groups never change, so they are made once. */
const GROUPS: readonly FormGroup[] = [
  { id: "biography", title: "Biography", content: <Biography /> },
  { id: "voice", title: "Voice", lead: "How this persona sounds when singing.", content: <Voice /> },
  { id: "style", title: "Style", lead: "What songs of this persona start from.", content: <Style /> },
  { id: "look", title: "Look", lead: "For covers, videos and posters.", content: <Look /> },
  { id: "boundaries", title: "Boundaries", lead: "What this persona never says.", content: <Boundaries /> },
];

export function PersonaForm() {
  return <FormPage groups={GROUPS} titlePlaceholder="Name this persona" />;
}

function Biography() {
  return (
    <>
      <TextField
        path={["biography"]}
        label="Biography"
        hideLabel
        minLines={6}
        placeholder="Where they come from, what they sing about, who listens"
      />
      <LabelsField path={["influences"]} label="Influences" placeholder="Artists, books, places" />
    </>
  );
}

function Voice() {
  return (
    <FormGrid>
      <LineField path={["voice", "range"]} label="Range" className="form-page__half" />
      <LineField path={["voice", "timbre"]} label="Timbre" className="form-page__half" />
      <LineField path={["voice", "delivery"]} label="Delivery" className="form-page__half" />
      <LabelsField path={["voice", "languages"]} label="Languages" suggestions={LANGUAGES} />
    </FormGrid>
  );
}

function Style() {
  return (
    <>
      <TextField
        path={["style_defaults", "prompt"]}
        label="Prompt"
        minLines={3}
        placeholder="How their songs usually sound, in your own words"
      />
      <FormGrid>
        <LabelsField path={["style_defaults", "genres"]} label="Genres" />
        <LabelsField path={["style_defaults", "moods"]} label="Moods" />
        <LabelsField path={["style_defaults", "instruments"]} label="Instruments" className="form-page__wide" />
      </FormGrid>
    </>
  );
}

function Look() {
  return (
    <>
      <TextField
        path={["visual_identity", "description"]}
        label="Description"
        minLines={3}
        placeholder="Clothes, light, places, what one recognises them by"
      />
      <FormGrid>
        <LineField path={["visual_identity", "art_style"]} label="Art style" className="form-page__half" />
        <ColourField path={["visual_identity", "colour"]} label="Colour" className="form-page__half" />
        <LabelsField
          path={["visual_identity", "images"]}
          label="Images"
          placeholder="Names or addresses of pictures"
          className="form-page__wide"
        />
      </FormGrid>
    </>
  );
}

function Boundaries() {
  return (
    <EntryList
      path={["boundaries"]}
      label="Boundaries"
      addLabel="Add a boundary"
      layout="rows"
      empty="Nothing is off limits yet."
      itemName={boundaryName}
      renderEntry={(id) => (
        <div className="persona-form__boundary">
          <LineField
            path={["boundaries", id, "text"]}
            label="What is never said"
            hideLabel
            wraps
            placeholder="Never …"
          />
          <LineField
            path={["boundaries", id, "reason"]}
            label="Why"
            hideLabel
            wraps
            placeholder="Because …"
            inputClassName="persona-form__reason"
          />
        </div>
      )}
    />
  );
}

function boundaryName({ map }: Entry, index: number): string {
  const text = map.get("text");
  return typeof text === "string" && text !== "" ? `“${text}”` : `Boundary ${index + 1}`;
}
