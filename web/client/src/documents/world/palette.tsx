// The colours of a world.
import type { Entry } from "../../collab/values";
import { ColourField } from "../fields/colour-field";
import { EntryList } from "../fields/entry-list";
import { LineField } from "../fields/line-field";
import "./entities.css";

const PALETTE = ["style_guide", "palette"];

export function Palette() {
  return (
    <EntryList
      path={PALETTE}
      label="Palette"
      addLabel="Add a colour"
      layout="rows"
      empty="There are no colours yet."
      itemName={colourName}
      renderEntry={(id) => (
        <div className="palette__colour">
          <LineField path={[...PALETTE, id, "name"]} label="Name of the colour" hideLabel placeholder="Name" />
          <ColourField path={[...PALETTE, id, "hex"]} label="Colour" hideLabel />
        </div>
      )}
    />
  );
}

function colourName({ map }: Entry, index: number): string {
  const name = map.get("name");
  return typeof name === "string" && name !== "" ? name : `Colour ${index + 1}`;
}
