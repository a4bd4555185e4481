// What happened in a world, in an order people decide.
import type { Entry } from "../../collab/values";
import { EntryList } from "../fields/entry-list";
import { LabelsField } from "../fields/labels-field";
import { LineField } from "../fields/line-field";
import { TextField } from "../fields/text-field";
import { useEntityNames } from "./entity-names";
import "./entities.css";

const TIMELINE = ["timeline"];

export function Timeline() {
  return (
    <EntryList
      path={TIMELINE}
      label="Timeline"
      addLabel="Add an event"
      empty="Nothing has happened yet."
      itemName={eventName}
      renderEntry={(id) => <Event id={id} />}
    />
  );
}

function Event({ id }: { id: string }) {
  const names = useEntityNames();
  const path = [...TIMELINE, id];
  return (
    <div className="timeline__event">
      <div className="timeline__head">
        <LineField path={[...path, "title"]} label="What happened" wraps />
        <LineField path={[...path, "when"]} label="When" placeholder="Year 12" wraps />
        <LineField path={[...path, "kind"]} label="Kind" />
      </div>
      <TextField path={[...path, "description"]} label="Description" minLines={2} hideCounts />
      <LabelsField
        path={[...path, "participants"]}
        label="Participants"
        placeholder={names.length === 0 ? "Add entities first" : "Choose an entity"}
        suggestions={names}
        isClosed
      />
    </div>
  );
}

function eventName({ map }: Entry, index: number): string {
  const title = map.get("title");
  return typeof title === "string" && title !== "" ? title : `Event ${index + 1}`;
}
