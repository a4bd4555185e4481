// Dragging an entry by its handle, with mouse, pen or finger, in a page of any length.
import { useEffect, useRef, useState, type PointerEvent as ReactPointerEvent, type RefObject } from "react";

/** Pixels from the edge of the window within which the page scrolls by itself. */
const EDGE_PX = 72;
/** Pixels a frame at most, right at the edge. */
const SPEED_PX = 18;
/** Pixels a pointer moves before it is a drag and not a click. */
const THRESHOLD_PX = 4;

export interface Drag {
  id: string;
  /** The entry it would go before; null: the end. */
  before: string | null;
}

/** Where a pointer at `y` would put something among items, given where each of them begins and ends. */
export function placeAt(y: number, items: readonly { id: string; top: number; bottom: number }[]): string | null {
  return items.find((item) => y < (item.top + item.bottom) / 2)?.id ?? null;
}

/** How far to scroll now, in pixels, for a pointer at `y` in a window of this height. */
export function scrollAt(y: number, height: number, barHeight: number): number {
  const above = barHeight + EDGE_PX - y;
  const below = y - (height - EDGE_PX);
  if (above > 0) return -Math.ceil((Math.min(above, EDGE_PX) / EDGE_PX) * SPEED_PX);
  if (below > 0) return Math.ceil((Math.min(below, EDGE_PX) / EDGE_PX) * SPEED_PX);
  return 0;
}

/**
 * Drags entries inside `list`, whose items carry `data-entry`.
 *
 * Returns what is dragged now, and what to do when a handle is pressed.
 */
export function useEntryDrag(
  list: RefObject<HTMLElement | null>,
  onDrop: (id: string, before: string | null) => void,
): { drag: Drag | null; start: (id: string, event: ReactPointerEvent<HTMLElement>) => void } {
  const [drag, setDrag] = useState<Drag | null>(null);
  const drop = useRef(onDrop);
  useEffect(() => {
    drop.current = onDrop;
  }, [onDrop]);
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);

  const start = (id: string, event: ReactPointerEvent<HTMLElement>) => {
    if (event.button !== 0 || !event.isPrimary) return;
    stop.current?.();
    stop.current = follow(id, event.nativeEvent, list, setDrag, (before) => drop.current(id, before));
  };
  return { drag, start };
}

/** Follows one pointer from a press to its end. Returns how to give up. */
function follow(
  id: string,
  press: PointerEvent,
  list: RefObject<HTMLElement | null>,
  show: (drag: Drag | null) => void,
  drop: (before: string | null) => void,
): () => void {
  let y = press.clientY;
  let current: Drag | null = null;
  let frame = 0;
  const look = () => {
    const before = placeAt(y, itemsOf(list.current));
    if (current?.before === before && current.id === id) return;
    current = { id, before };
    show(current);
  };
  const scroll = () => {
    const by = scrollAt(y, window.innerHeight, barHeight());
    if (by !== 0) {
      window.scrollBy(0, by);
      look();
    }
    frame = requestAnimationFrame(scroll);
  };
  const move = (event: PointerEvent) => {
    if (event.pointerId !== press.pointerId) return;
    y = event.clientY;
    if (current === null) {
      if (Math.abs(y - press.clientY) < THRESHOLD_PX) return;
      frame = requestAnimationFrame(scroll);
    }
    event.preventDefault();
    look();
  };
  const end = () => {
    cancelAnimationFrame(frame);
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", finish);
    removeEventListener("pointercancel", end);
    removeEventListener("keydown", giveUp, true);
    show(null);
  };
  const finish = (event: PointerEvent) => {
    if (event.pointerId !== press.pointerId) return;
    const dropped = current;
    end();
    if (dropped !== null) drop(dropped.before);
  };
  const giveUp = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end();
  };
  addEventListener("pointermove", move, { passive: false });
  addEventListener("pointerup", finish);
  addEventListener("pointercancel", end);
  addEventListener("keydown", giveUp, true);
  return end;
}

function itemsOf(list: HTMLElement | null): { id: string; top: number; bottom: number }[] {
  const elements = list === null ? [] : [...list.querySelectorAll<HTMLElement>(":scope > [data-entry]")];
  return elements.map((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return { id: element.dataset["entry"] ?? "", top, bottom };
  });
}

function barHeight(): number {
  return document.querySelector("header")?.getBoundingClientRect().bottom ?? 0;
}
