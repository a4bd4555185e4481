// What opens over any page. Each loads when it is first opened.
import { lazy, Suspense, useSyncExternalStore, type ComponentType } from "react";

export type OverlayName = "palette" | "shortcuts" | "share" | "sign-out";
export interface OverlayProps {
  onClose: () => void;
}

const OVERLAYS: Record<OverlayName, ComponentType<OverlayProps>> = {
  palette: lazy(() => import("./palette")),
  shortcuts: lazy(() => import("./shortcuts-sheet")),
  share: lazy(() => import("./share")),
  "sign-out": lazy(() => import("./sign-out-dialog")),
};

class OpenOverlay {
  private name: OverlayName | null = null;
  private readonly listeners = new Set<() => void>();

  readonly getSnapshot = (): OverlayName | null => this.name;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** One at a time: another closes the one before. */
  open(name: OverlayName | null): void {
    if (name === this.name) return;
    this.name = name;
    this.listeners.forEach((listener) => listener());
  }
}

export const overlays = new OpenOverlay();

export function Overlays() {
  const name = useSyncExternalStore(overlays.subscribe, overlays.getSnapshot);
  if (name === null) return null;
  const Overlay = OVERLAYS[name];
  return (
    <Suspense>
      <Overlay onClose={() => overlays.open(null)} />
    </Suspense>
  );
}
