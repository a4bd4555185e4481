// One section in the arrangement: its kind, name and bars, who is in it; it is dragged, or moved by buttons and keys.
import { memo } from "react";
import type { Person } from "../../collab/context";
import { Avatar } from "../../ui/avatar";
import { counted } from "../../ui/words";
import { useCurrentSection, useIsCurrent } from "./current-section";
import { useSectionCommands } from "./section-commands";
import { playedAs, SECTION_KIND_NAMES } from "./section-kinds";
import { barsPlayed } from "./totals";
import { useSectionLook } from "./use-section-look";
import "./arrangement-row.css";
import "./kind-colour.css";

/** People shown in a row before the rest becomes a number. */
const PEOPLE_SHOWN_MAX = 2;

export interface ArrangementRowProps {
  id: string;
  people: readonly Person[];
  isDragged: boolean;
  mayWrite: boolean;
  /** Whether Tab reaches this row; arrow keys lead to the others. */
  isTabStop: boolean;
}

export const ArrangementRow = memo(function ArrangementRow(props: ArrangementRowProps) {
  const { id, people, isDragged, mayWrite, isTabStop } = props;
  const current = useCurrentSection();
  const isCurrent = useIsCurrent(id);
  const look = useSectionLook(id);
  const { name, bars } = look;
  const kind = playedAs(look.kind);
  const kindName = SECTION_KIND_NAMES[kind];
  const saysKind = name.toLowerCase().includes(kindName.toLowerCase());
  const played = barsPlayed(kind, bars);
  return (
    <li
      className="arrangement-row kind-colour"
      data-kind={kind}
      data-row={id}
      data-dragged={isDragged || undefined}
      data-current={isCurrent || undefined}
    >
      {mayWrite && <span className="arrangement-row__grip" data-grip aria-hidden />}
      <button
        type="button"
        className="arrangement-row__go"
        tabIndex={isTabStop ? 0 : -1}
        aria-current={isCurrent ? "true" : undefined}
        {...(mayWrite ? { "aria-keyshortcuts": "Alt+ArrowUp Alt+ArrowDown" } : {})}
        onClick={() => current.goTo(id, "place")}
      >
        <span className="arrangement-row__name">{name}</span>
        {!saysKind && <span className="arrangement-row__kind">{kindName}</span>}
        {people.length > 0 && <PeopleInside people={people} />}
        <span className="arrangement-row__bars" data-usual={bars === null || undefined} title={counted(played, "bar")}>
          {played}
        </span>
      </button>
      {mayWrite && <MoveButtons id={id} name={name} />}
    </li>
  );
}, isSameRow);

function PeopleInside({ people }: { people: readonly Person[] }) {
  return (
    <span className="arrangement-row__people">
      {people.slice(0, PEOPLE_SHOWN_MAX).map((person) => (
        <Avatar
          key={person.clientId}
          name={person.name}
          label={`${person.name} is here`}
          colour={person.colour}
          size="small"
        />
      ))}
      {people.length > PEOPLE_SHOWN_MAX && <span>+{people.length - PEOPLE_SHOWN_MAX}</span>}
    </span>
  );
}

/** The same for those who neither drag nor know the keys. Tab passes them: the keys stand at the row itself. */
function MoveButtons({ id, name }: { id: string; name: string }) {
  const commands = useSectionCommands();
  return (
    <span className="arrangement-row__moves">
      <button type="button" tabIndex={-1} aria-label={`Move ${name} up`} onClick={() => commands.nudge(id, -1)}>
        ↑
      </button>
      <button type="button" tabIndex={-1} aria-label={`Move ${name} down`} onClick={() => commands.nudge(id, 1)}>
        ↓
      </button>
    </span>
  );
}

/** Lists of people are made anew whenever somebody moves anywhere; only those in this row matter to it. */
function isSameRow(before: ArrangementRowProps, after: ArrangementRowProps): boolean {
  return (
    before.id === after.id &&
    before.isDragged === after.isDragged &&
    before.mayWrite === after.mayWrite &&
    before.isTabStop === after.isTabStop &&
    before.people.length === after.people.length &&
    before.people.every((person, index) => {
      const other = after.people[index];
      return person.clientId === other?.clientId && person.name === other.name && person.colour === other.colour;
    })
  );
}
