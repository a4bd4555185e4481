// Who and what is in a world, one kind at a time or all of them.
import { useState } from "react";
import { useField } from "../../collab/context";
import type { Entry } from "../../collab/values";
import { capitalised } from "../../ui/words";
import { ChoiceField } from "../fields/choice-field";
import { definitionAt } from "../fields/definitions";
import { EntryList } from "../fields/entry-list";
import { LineField } from "../fields/line-field";
import { TextField } from "../fields/text-field";
import { TraitsField } from "../fields/traits-field";
import { ALL, EntityFilter, type Shown } from "./entity-filter";
import { ENTITIES, kindOfEntity, useKindCounts } from "./entity-names";
import "./entities.css";

const ENTITY_KINDS = definitionAt("world", [...ENTITIES, "any", "kind"]).choices;

const ADD_MENU = ENTITY_KINDS.map((kind) => ({ id: kind, name: capitalised(kind), content: { kind } }));

export function Entities() {
  const [shown, setShown] = useState<Shown>(ALL);
  const counts = useKindCounts();
  const isAll = shown === ALL;
  return (
    <div className="entities">
      <EntityFilter counts={counts} kinds={ENTITY_KINDS} shown={shown} onChange={setShown} />
      <EntryList
        path={ENTITIES}
        label="Entities"
        empty={isAll ? "Nobody and nothing is here yet." : `There is no ${shown} yet.`}
        itemName={entityName}
        renderEntry={(id) => <Entity id={id} />}
        isShown={(entry) => isAll || kindOfEntity(entry.map) === shown}
        addLabel={isAll ? "Add an entity" : `Add ${article(shown)} ${shown}`}
        newContent={() => ({ kind: shown })}
        {...(isAll ? { addMenu: ADD_MENU } : {})}
      />
    </div>
  );
}

function Entity({ id }: { id: string }) {
  const path = [...ENTITIES, id];
  const kind = useField([...path, "kind"]);
  return (
    <div className="entities__entity">
      <div className="entities__head">
        <LineField
          path={[...path, "name"]}
          label="Name"
          hideLabel
          wraps
          placeholder="Name"
          inputClassName="entities__name"
        />
        <ChoiceField path={[...path, "kind"]} label="Kind" hideLabel nameOf={capitalised} />
      </div>
      <TextField
        path={[...path, "description"]}
        label="Description"
        hideLabel
        minLines={2}
        placeholder="What one should know"
        hideCounts
      />
      <TraitsField path={[...path, "traits"]} template={typeof kind === "string" ? kind : null} />
    </div>
  );
}

function entityName({ map }: Entry, index: number): string {
  const name = map.get("name");
  return typeof name === "string" && name !== "" ? name : `Entity ${index + 1}`;
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? "an" : "a";
}
