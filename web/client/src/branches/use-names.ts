// What people are called, by their ids.
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { membersQuery } from "../api/queries";

export function useNames(): (personId: string) => string {
  const members = useQuery(membersQuery).data;
  return useCallback(
    (id) => members?.find((member) => member.person_id === id)?.name ?? (members === undefined ? "…" : "Former member"),
    [members],
  );
}
