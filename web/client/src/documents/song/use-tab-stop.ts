// Which row of the arrangement Tab reaches: the current section's, else the first.
import { useSyncExternalStore } from "react";
import { useCurrentSection } from "./current-section";

export function useTabStop(ids: readonly string[]): string | null {
  const current = useCurrentSection();
  const id = useSyncExternalStore(current.subscribe, current.get);
  return id !== null && ids.includes(id) ? id : (ids[0] ?? null);
}
