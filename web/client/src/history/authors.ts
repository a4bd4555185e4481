// Who the people of a history are: their names, and a colour that stays theirs on the whole page.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { personName } from "../api/person-name";
import { membersQuery } from "../api/queries";
import { useMe } from "../api/use-me";

export interface KnownAuthor {
  id: string;
  name: string;
  /** Slot; null: nobody known. */
  colour: number | null;
  isMe: boolean;
}

export type AuthorOf = (personId: string) => KnownAuthor;

/** Finds people by id. `people`: everybody who ever changed the document, in the order of their first edit. */
export function useAuthors(people: readonly string[]): AuthorOf {
  const members = useQuery(membersQuery).data;
  const me = useMe()?.person_id;
  const slots = useMemo(() => new Map(people.map((id, slot) => [id, slot])), [people]);
  return useCallback(
    (id) => ({
      id,
      name: personName(members, id),
      colour: slots.get(id) ?? null,
      isMe: id === me,
    }),
    [members, slots, me],
  );
}
