// A component whose code loads when it is first shown. Unlike a lazy one, it tries anew after it could not be loaded.
import { useEffect, useState } from "react";
import { toasts } from "./toasts";

export type Load<Component> = () => Promise<{ default: Component }>;

const loaded = new WeakMap<Load<unknown>, unknown>();

/**
 * The component, or null while it is on its way; `load` null: none is wanted.
 *
 * Give the same `load` function each time. `onFailure` hears that it did not come, once for each attempt.
 */
export function useLoaded<Component>(
  load: Load<Component> | null,
  onFailure: (reason: unknown) => void,
): Component | null {
  const [, setCount] = useState(0);
  const known = load === null ? null : ((loaded.get(load) as Component | undefined) ?? null);
  useEffect(() => {
    if (load === null || loaded.has(load)) return undefined;
    let isCurrent = true;
    void loadOnce(load).then(
      () => isCurrent && setCount((count) => count + 1),
      (reason: unknown) => isCurrent && onFailure(reason),
    );
    return () => {
      isCurrent = false;
    };
    // Another `onFailure` is no reason to load again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [load]);
  return known;
}

/** Loads ahead what will be wanted; what does not come says so when it is. */
export async function loadAhead(load: Load<unknown>): Promise<void> {
  await loadOnce(load).catch(() => undefined);
}

/** Says that a part of the page did not come, with a way to try again. */
export function showLoadFailure(onRetry: () => void): void {
  toasts.show({
    tone: "danger",
    text: "This part of the page could not be loaded. Check the connection, then try again.",
    about: "load",
    action: { name: "Retry", onAction: onRetry },
  });
}

async function loadOnce(load: Load<unknown>): Promise<void> {
  if (!loaded.has(load)) loaded.set(load, (await load()).default);
}
