// The head of a section: its name, kind, bars and energy, and what can be done with it.
import { ArrowDown, ArrowUp, Copy, Ellipsis, ListPlus, RotateCcw, Trash2 } from "lucide-react";
import { useDocument, useField } from "../../collab/context";
import { setField } from "../../collab/values";
import { IconButton } from "../../ui/button";
import { Menu, type MenuAction } from "../../ui/menu";
import { LineField } from "../fields/line-field";
import { NumberField } from "../fields/number-field";
import { cardId, useCurrentSection } from "./current-section";
import { EnergyField, energyWords } from "./energy-field";
import { KindSelect } from "./kind-select";
import { useSectionCommands } from "./section-commands";
import { sectionPath } from "./section-edits";
import { playedAs, SECTION_KIND_NAMES, sectionKindOf, shownName, USUAL } from "./section-kinds";
import { counted } from "./totals";

const ICON = { size: 16, "aria-hidden": true } as const;

/** For those who may write. */
export function SectionHead({ id }: { id: string }) {
  const kind = playedAs(useField(sectionPath(id, "kind")));
  return (
    <header className="section-card__head">
      <SectionName id={id} />
      <div className="section-card__name" data-part="name">
        <LineField
          path={sectionPath(id, "name")}
          label="Section name"
          hideLabel
          placeholder={SECTION_KIND_NAMES[kind]}
          inputClassName="section-card__name-input"
        />
      </div>
      <KindSelect id={id} />
      <div className="section-card__measures">
        <NumberField
          path={sectionPath(id, "bars")}
          label="Bars"
          hideLabel
          unit="bars"
          placeholder={String(USUAL[kind].bars)}
          className="section-card__bars"
        />
        <EnergyField id={id} />
      </div>
      <SectionMenu id={id} />
    </header>
  );
}

/** For those who may only read, and for cards that are far away. */
export function SectionHeadStill({ id }: { id: string }) {
  const value = useField(sectionPath(id, "kind"));
  const kind = sectionKindOf(value);
  const bars = useField(sectionPath(id, "bars"));
  const energy = useField(sectionPath(id, "energy"));
  return (
    <header className="section-card__head section-card__head--still">
      <h3 id={`${cardId(id)}-name`} className="section-card__name section-card__name-input">
        {shownName(useField(sectionPath(id, "name")), value)}
      </h3>
      {kind !== null && <span className="section-card__kind">{SECTION_KIND_NAMES[kind]}</span>}
      <span className="section-card__measures section-card__measures--still">
        {typeof bars === "number" && <span>{counted(bars, "bar")}</span>}
        {typeof energy === "number" && <span>Energy {energyWords(energy)}</span>}
      </span>
    </header>
  );
}

/** The heading for those who go from heading to heading; the field beside it shows the same. */
function SectionName({ id }: { id: string }) {
  const name = shownName(useField(sectionPath(id, "name")), useField(sectionPath(id, "kind")));
  return (
    <h3 id={`${cardId(id)}-name`} className="visually-hidden">
      {name}
    </h3>
  );
}

function SectionMenu({ id }: { id: string }) {
  const session = useDocument();
  const current = useCurrentSection();
  const commands = useSectionCommands();
  const name = shownName(useField(sectionPath(id, "name")), useField(sectionPath(id, "kind")));
  const isEnergySet = typeof useField(sectionPath(id, "energy")) === "number";
  const actions: MenuAction[] = [
    {
      id: "add",
      name: "Add a section after",
      icon: <ListPlus {...ICON} />,
      keys: "Mod+Enter",
      onAction: () => commands.add(id),
    },
    { id: "duplicate", name: "Duplicate", icon: <Copy {...ICON} />, onAction: () => commands.duplicate(id) },
    {
      id: "up",
      name: "Move up",
      icon: <ArrowUp {...ICON} />,
      keys: "Alt+Up",
      startsGroup: true,
      onAction: () => commands.nudge(id, -1),
    },
    {
      id: "down",
      name: "Move down",
      icon: <ArrowDown {...ICON} />,
      keys: "Alt+Down",
      onAction: () => commands.nudge(id, 1),
    },
    {
      id: "energy",
      name: "Let the kind decide the energy",
      icon: <RotateCcw {...ICON} />,
      startsGroup: true,
      isDisabled: !isEnergySet,
      onAction: () => setField(session, sectionPath(id, "energy"), null),
    },
    {
      id: "remove",
      name: "Remove",
      icon: <Trash2 {...ICON} />,
      tone: "danger",
      startsGroup: true,
      onAction: () => commands.remove(id),
    },
  ];
  return (
    <div className="section-card__menu">
      <Menu
        label={name}
        actions={actions}
        trigger={
          <IconButton
            label={`More about ${name}`}
            icon={<Ellipsis size={18} aria-hidden />}
            size="small"
            onFocus={() => current.set(id)}
          />
        }
      />
    </div>
  );
}
