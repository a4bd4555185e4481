// Who is signed in, for components.
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "./queries";

/** The person of this session; undefined until it is known. */
export function useMe() {
  return useQuery(meQuery).data;
}
