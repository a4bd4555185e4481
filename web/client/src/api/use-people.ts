// Who people are, by their ids: what they are called, and the colour by which they are known on every page.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Schemas } from "./client";
import { personName } from "./person-name";
import { peopleQuery } from "./queries";
import { useMe } from "./use-me";

export interface KnownPerson {
  id: string;
  name: string;
  /** The number of their colour; null: not known yet, or the studio itself. */
  colour: number | null;
  isMe: boolean;
}

export type PersonOf = (personId: string) => KnownPerson;

/** Finds people by id, former members too. */
export function usePeople(): PersonOf {
  const page = useQuery(peopleQuery).data;
  const me = useMe()?.person_id;
  const colours = useMemo(() => coloursIn(page), [page]);
  return useCallback(
    (id) => ({ id, name: personName(page?.items, id), colour: colours.get(id) ?? null, isMe: id === me }),
    [page, colours, me],
  );
}

/** The colour of everybody who is or was a member, by id. */
function coloursIn(page: Schemas["MemberPage"] | undefined): ReadonlyMap<string, number> {
  return new Map([...(page?.former ?? []), ...(page?.items ?? [])].map(({ person_id, colour }) => [person_id, colour]));
}
