// Another person signs in in this browser: nothing loaded for the one before may stay on the screen.
import { useQueryClient, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect } from "react";
import { meQuery } from "../api/queries";
import { onTabNews, tellTabs } from "../collab/tabs";

/** Loads the page anew once somebody else is signed in than the person it was loaded for, signed out between or not. */
export function useAnotherPerson(): void {
  const client = useQueryClient();
  useEffect(() => followPerson(client), [client]);
}

/** The same, for any cache; returns how to stop. */
export function followPerson(client: QueryClient, reload = () => location.reload()): () => void {
  let mine = personOf(client);
  const hear = (personId: string | undefined) => {
    if (personId === undefined || personId === mine) return;
    if (mine === undefined) {
      mine = personId;
      // Tabs that were loaded for somebody else learn it from this.
      tellTabs({ type: "signed-in", personId });
      return;
    }
    stop();
    client.clear();
    reload();
  };
  const stops = [
    client.getQueryCache().subscribe(({ query }) => {
      const [about] = query.queryKey as QueryKey;
      if (about === meQuery.queryKey[0]) hear(personOf(client));
    }),
    onTabNews((news) => {
      // Before it is known who I am, the answer that says so is the one to believe.
      if (news.type === "signed-in" && mine !== undefined) hear(news.personId);
    }),
  ];
  const stop = () => stops.forEach((one) => one());
  return stop;
}

function personOf(client: QueryClient): string | undefined {
  return client.getQueryData(meQuery.queryKey)?.person_id;
}
