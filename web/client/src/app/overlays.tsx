// What opens over any page. Each loads when it is first opened.
import { lazy, Suspense, useEffect, useSyncExternalStore, type ComponentType } from "react";

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
  private typed = "";
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
    this.typed = "";
    this.listeners.forEach((listener) => listener());
  }

  /** Keeps what is typed while the code of an overlay is on its way. */
  keepTyped(key: string): void {
    this.typed = key === "Backspace" ? this.typed.slice(0, -1) : this.typed + key;
  }

  /** What was typed meanwhile, once. */
  takeTyped(): string {
    const { typed } = this;
    this.typed = "";
    return typed;
  }
}

export const overlays = new OpenOverlay();

export function Overlays() {
  const name = useSyncExternalStore(overlays.subscribe, overlays.getSnapshot);
  if (name === null) return null;
  const Overlay = OVERLAYS[name];
  return (
    <Suspense fallback={<OnItsWay />}>
      <Overlay onClose={() => overlays.open(null)} />
    </Suspense>
  );
}

/** Nothing to see, but fast fingers lose no letter. */
function OnItsWay() {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") overlays.open(null);
      else if (event.key.length === 1 || event.key === "Backspace") overlays.keepTyped(event.key);
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
  return null;
}
