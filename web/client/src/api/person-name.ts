// What people are called, by their ids: one word for those who left, and one for what nobody here wrote.

interface Named {
  readonly person_id: string;
  readonly name: string;
}

/** Who writes what the studio brings itself, such as the demo: core/ids.py. */
const SYSTEM_ID = "00000000-0000-4000-8000-000000000001";

/** A person's name. `members`: everybody who is here; undefined: not known yet. */
export function personName(members: readonly Named[] | undefined, personId: string): string {
  const found = members?.find(({ person_id }) => person_id === personId);
  if (found !== undefined) return found.name;
  if (members === undefined) return "…";
  return personId === SYSTEM_ID ? "Counterpoint" : "Former member";
}
