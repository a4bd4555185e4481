// What opens over any page. Each loads when it is first opened.
import { useEffect, useSyncExternalStore, type ComponentType } from "react";
import { loadAhead, showLoadFailure, useLoaded, type Load } from "../ui/use-loaded";
import { whenIdle } from "../ui/when-idle";
import { OverlayBoundary } from "./overlay-boundary";

export type OverlayName = "palette" | "shortcuts" | "share" | "sign-out";
export interface OverlayProps {
  onClose: () => void;
}

export type OverlayLoads = Record<OverlayName, Load<ComponentType<OverlayProps>>>;

const LOADS: OverlayLoads = {
  palette: () => import("./palette"),
  shortcuts: () => import("./shortcuts-sheet"),
  share: () => import("./share"),
  "sign-out": () => import("./sign-out-dialog"),
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

export function Overlays({ loads = LOADS }: { loads?: OverlayLoads }) {
  const name = useSyncExternalStore(overlays.subscribe, overlays.getSnapshot);
  const Overlay = useLoaded(name === null ? null : loads[name], () => {
    overlays.open(null);
    showLoadFailure(() => overlays.open(name));
  });
  // Loaded before it is wanted: the studio may be out of reach by then.
  useEffect(() => whenIdle(() => Object.values(loads).forEach((load) => void loadAhead(load))), [loads]);
  if (name === null) return null;
  if (Overlay === null) return <OnItsWay />;
  const close = () => overlays.open(null);
  return (
    <OverlayBoundary key={name} onBroken={close}>
      <Overlay onClose={close} />
    </OverlayBoundary>
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
