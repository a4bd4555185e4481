// Yes or no.
import { useField } from "../../collab/context";
import type { Path } from "../../collab/path";
import { setField } from "../../collab/values";
import { Switch } from "../../ui/switch";
import { FieldFrame } from "./field-frame";
import { useFieldPlace } from "./use-field";
import { shareIfThere } from "./use-line";

export interface FlagFieldProps {
  path: Path;
  label: string;
  className?: string;
}

export function FlagField({ path, label, className }: FlagFieldProps) {
  const field = useFieldPlace(path);
  const value = useField(field.path);
  return (
    <FieldFrame path={field.path} people={field.people} className={className}>
      <Switch
        isSelected={value === true}
        isReadOnly={!field.mayWrite}
        onFocus={field.presence.onFocus}
        onBlur={field.presence.onBlur}
        onChange={(isOn) => shareIfThere(() => setField(field.session, field.path, isOn))}
      >
        {label}
      </Switch>
    </FieldFrame>
  );
}
