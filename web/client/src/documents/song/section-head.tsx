// The head of a section: its name, kind, bars and energy, and what can be done with it.
import { ArrowDown, ArrowUp, Copy, Ellipsis, ListPlus, RotateCcw, Trash2 } from "lucide-react";
import { useDocument } from "../../collab/context";
import { setField } from "../../collab/values";
import { IconButton } from "../../ui/button";
import { LazyMenu } from "../../ui/lazy-menu";
import type { MenuAction } from "../../ui/menu";
import { counted } from "../../ui/words";
import { LineField } from "../fields/line-field";
import { NumberField } from "../fields/number-field";
import { WarnedNearby, WarningsAt } from "../fields/warnings-at";
import { cardId, useCurrentSection } from "./current-section";
import { EnergyField, energyWords } from "./energy-field";
import { KindSelect } from "./kind-select";
import { useSectionCommands } from "./section-commands";
import { sectionPath } from "./section-edits";
import { playedAs, SECTION_KIND_NAMES, USUAL, type SectionKind } from "./section-kinds";
import type { SectionLook } from "./use-section-look";

const ICON = { size: 16, "aria-hidden": true } as const;

export interface SectionHeadProps {
  id: string;
  look: SectionLook;
}

/** For those who may write. */
export function SectionHead({ id, look }: SectionHeadProps) {
  const kind = playedAs(look.kind);
  return (
    <>
      <WarnedNearby value>
        <SectionHeadFields id={id} look={look} kind={kind} />
      </WarnedNearby>
      <div className="section-card__warnings">
        <WarningsAt path={sectionPath(id, "name")} />
        <WarningsAt path={sectionPath(id, "bars")} />
      </div>
    </>
  );
}

function SectionHeadFields({ id, look, kind }: SectionHeadProps & { kind: SectionKind }) {
  return (
    <header className="section-card__head">
      {/* For those who go from heading to heading; the field beside it shows the same. */}
      <h3 id={`${cardId(id)}-name`} className="visually-hidden">
        {look.name}
      </h3>
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
      <SectionMenu id={id} look={look} />
    </header>
  );
}

/** For those who may only read, and for cards that are far away. */
export function SectionHeadStill({ id, look: { name, kind, bars, energy } }: SectionHeadProps) {
  return (
    <header className="section-card__head section-card__head--still">
      <h3 id={`${cardId(id)}-name`} className="section-card__name section-card__name-input">
        {name}
      </h3>
      {kind !== null && <span className="section-card__kind">{SECTION_KIND_NAMES[kind]}</span>}
      <span className="section-card__measures section-card__measures--still">
        {bars !== null && <span>{counted(bars, "bar")}</span>}
        {energy !== null && <span>Energy {energyWords(energy)}</span>}
      </span>
    </header>
  );
}

function SectionMenu({ id, look: { name, energy } }: SectionHeadProps) {
  const session = useDocument();
  const current = useCurrentSection();
  const commands = useSectionCommands();
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
      isDisabled: energy === null,
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
      <LazyMenu
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
