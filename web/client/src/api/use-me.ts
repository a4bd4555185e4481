// Who is signed in, for components.
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "./queries";

/** The person of this session; undefined until it is known. */
export function useMe() {
  return useQuery(meQuery).data;
}

/** Whether it is still being asked who is signed in: what depends on their role is drawn with the rest, not after it. */
export function useIsMeAsked(): boolean {
  return useQuery(meQuery).isPending;
}
