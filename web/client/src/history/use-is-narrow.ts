// Whether the page is too narrow for two columns of text.
import { useSyncExternalStore } from "react";

const QUERY = "(max-width: 860px)";

export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => typeof matchMedia === "function" && matchMedia(QUERY).matches);
}

function subscribe(listener: () => void): () => void {
  if (typeof matchMedia !== "function") return () => undefined;
  const media = matchMedia(QUERY);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}
