// What people are called, by their ids.
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { personName } from "./person-name";
import { membersQuery } from "./queries";

export function useNames(): (personId: string) => string {
  const members = useQuery(membersQuery).data;
  return useCallback((id) => personName(members, id), [members]);
}
