// The kind of a section, as a coloured word one can change; a name such as "Verse 2" follows it.
import { useField } from "../../collab/context";
import { Select } from "../../ui/select";
import { FieldFrame } from "../fields/field-frame";
import { useFieldPlace } from "../fields/use-field";
import { shareIfThere } from "../fields/use-line";
import { changeKind, sectionPath } from "./section-edits";
import { SECTION_KIND_NAMES, SECTION_KINDS, sectionKindOf, type SectionKind } from "./section-kinds";
import "./kind-select.css";

const CHOICES = SECTION_KINDS.map((kind) => ({ value: kind, name: SECTION_KIND_NAMES[kind] }));

export function KindSelect({ id }: { id: string }) {
  const field = useFieldPlace(sectionPath(id, "kind"));
  const kind = sectionKindOf(useField(field.path));
  return (
    <FieldFrame path={field.path} people={field.people} className="kind-select">
      <Select<SectionKind>
        label="Kind"
        hideLabel
        choices={CHOICES}
        value={kind}
        placeholder="Kind"
        onFocusChange={(isFocused) => (isFocused ? field.presence.onFocus() : field.presence.onBlur())}
        onChange={(next) => shareIfThere(() => changeKind(field.session, id, next))}
      />
    </FieldFrame>
  );
}
