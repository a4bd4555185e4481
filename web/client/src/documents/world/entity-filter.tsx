// Which kinds of entities are shown.
import { RadioButton, RadioField, RadioGroup } from "react-aria-components/RadioGroup";
import { capitalised } from "../../ui/words";

/** One kind, or all of them. */
export type Shown = string;
export const ALL = "all";

export interface EntityFilterProps {
  kinds: readonly string[];
  /** How many there are of each kind. */
  counts: Readonly<Record<string, number>>;
  shown: Shown;
  onChange: (shown: Shown) => void;
}

export function EntityFilter({ kinds, counts, shown, onChange }: EntityFilterProps) {
  const offered = kinds.filter((kind) => (counts[kind] ?? 0) > 0 || kind === shown);
  const sum = Object.values(counts).reduce((total, count) => total + count, 0);
  if (offered.length < 2 && shown === ALL) return null;
  return (
    <RadioGroup aria-label="Show" orientation="horizontal" value={shown} onChange={onChange} className="entity-filter">
      <Option value={ALL} name="All" count={sum} />
      {offered.map((kind) => (
        <Option key={kind} value={kind} name={capitalised(kind)} count={counts[kind] ?? 0} />
      ))}
    </RadioGroup>
  );
}

function Option({ value, name, count }: { value: string; name: string; count: number }) {
  return (
    <RadioField value={value}>
      <RadioButton className="entity-filter__option">
        {name} <span className="entity-filter__count">{count}</span>
      </RadioButton>
    </RadioField>
  );
}
