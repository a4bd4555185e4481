// Who else is in the document: faces; a press leads to where they are.
import { useMemo } from "react";
import { Button } from "react-aria-components/Button";
import { useDocument, usePeople, type Person } from "../../collab/context";
import { useDesk } from "../../comments/comment-desk";
import { Avatar } from "../../ui/avatar";
import { Menu } from "../../ui/menu";
import { Tooltip, TooltipTrigger } from "../../ui/tooltip";
import { announce } from "../fields/announce";
import { goToPerson } from "./go-to-person";
import { placeName } from "./place-name";
import "./people-here.css";

/** Faces shown before the rest becomes a number. */
const SHOWN_MAX = 4;

export function PeopleHere() {
  const session = useDocument();
  const { doc, kind } = session;
  const desk = useDesk();
  const people = usePeople();
  const others = useMemo(() => onePerPerson(people), [people]);
  if (others.length === 0) return null;
  const shown = others.length > SHOWN_MAX ? others.slice(0, SHOWN_MAX - 1) : others;
  const rest = others.slice(shown.length);
  const whereOf = (person: Person) =>
    person.field === null ? "looking around" : `in ${placeName(doc, kind, person.field)}`;
  const goTo = (person: Person) => {
    if (!goToPerson(person, session, desk)) announce(`${person.name} is in no field now.`);
  };
  return (
    <div className="people-here" role="group" aria-label="Also here">
      {shown.map((person) => (
        <TooltipTrigger key={person.personId}>
          <Button
            className="people-here__person"
            aria-label={`${person.name}, ${whereOf(person)}${person.field === null ? "" : ". Go there"}`}
            onPress={() => goTo(person)}
          >
            <span aria-hidden>
              <Avatar name={person.name} colour={person.colour} />
            </span>
          </Button>
          <Tooltip>{`${person.name}, ${whereOf(person)}`}</Tooltip>
        </TooltipTrigger>
      ))}
      {rest.length > 0 && (
        <Menu
          label="Also here"
          trigger={
            <Button className="people-here__person people-here__more" aria-label={`${rest.length} more people`}>
              +{rest.length}
            </Button>
          }
          actions={rest.map((person) => ({
            id: person.personId,
            name: `${person.name}, ${whereOf(person)}`,
            onAction: () => goTo(person),
          }))}
        />
      )}
    </div>
  );
}

/** Others, each once, with the field they were found in first; my own other tabs are no company. */
function onePerPerson(people: readonly Person[]): Person[] {
  const found = new Map<string, Person>();
  for (const person of people) {
    if (person.isMe) continue;
    const known = found.get(person.personId);
    if (known === undefined || (known.field === null && person.field !== null)) found.set(person.personId, person);
  }
  return [...found.values()];
}
