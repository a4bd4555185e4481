// Every field of a world, in groups.
import { LabelsField } from "../fields/labels-field";
import { LineField } from "../fields/line-field";
import { TextField } from "../fields/text-field";
import { FormGrid, FormPage, type FormGroup } from "../frame/form-page";
import { Entities } from "./entities";
import { Palette } from "./palette";
import { Timeline } from "./timeline";

/** Groups never change, so they are made once. */
const GROUPS: readonly FormGroup[] = [
  { id: "world", title: "The world", content: <Rules /> },
  {
    id: "entities",
    title: "Entities",
    lead: "Who and what is there: people, places, things, ideas.",
    content: <Entities />,
  },
  { id: "timeline", title: "Timeline", lead: "What happened, in the order it happened.", content: <Timeline /> },
  { id: "style", title: "Style guide", lead: "What this world looks like.", content: <StyleGuide /> },
];

export function WorldForm() {
  return <FormPage groups={GROUPS} titlePlaceholder="Name this world" />;
}

function Rules() {
  return (
    <>
      <TextField
        path={["description"]}
        label="Description"
        hideLabel
        minLines={3}
        placeholder="What one should know before the first song"
      />
      <FormGrid>
        <LineField path={["config", "genre"]} label="Genre" className="form-page__half" />
        <LineField path={["config", "tone"]} label="Tone" className="form-page__half" />
        <LineField path={["config", "physics"]} label="Physics" className="form-page__half" />
        <LineField path={["config", "magic_system"]} label="Magic" className="form-page__half" />
        <LineField path={["config", "tech_level"]} label="Technology" className="form-page__half" />
      </FormGrid>
    </>
  );
}

function StyleGuide() {
  return (
    <>
      <FormGrid>
        <LineField path={["style_guide", "art_style"]} label="Art style" className="form-page__half" />
        <LineField path={["style_guide", "mood"]} label="Mood" className="form-page__half" placeholder="Not set" />
        <LineField path={["style_guide", "lighting"]} label="Lighting" className="form-page__half" />
        <LabelsField
          path={["style_guide", "reference_images"]}
          label="Reference images"
          placeholder="Names or addresses"
        />
      </FormGrid>
      <h3>Palette</h3>
      <Palette />
    </>
  );
}
