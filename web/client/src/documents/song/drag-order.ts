// Dragging a row of a list to another place, by mouse, pen or touch. The list is changed once, when it is let go.
import {
  useCallback,
  useEffect,
  useRef,
  useState,
  type PointerEvent as ReactPointerEvent,
  type RefObject,
} from "react";
import { dropIndex, firstLeft, type Span } from "./drop-place";

/** Pixels a mouse moves before it means to drag: a click must stay a click. */
const THRESHOLD_PX = 4;
/** Pixels from the edge of a scrolling list within which it scrolls, and how far it does in a frame. */
const EDGE_PX = 36;
const SCROLL_PX = 9;

export interface Dragging {
  readonly id: string;
  /** Pixels from the start of the list to where the row would go. */
  readonly linePx: number;
}

interface Grab {
  id: string;
  pointerId: number;
  startY: number;
  y: number;
  ids: string[];
  spans: Span[];
  index: number;
  isMoving: boolean;
}

export interface DragOrderOptions {
  /** Holds the rows: elements with `data-row`. A touch drags only at `data-grip`, so that it can scroll elsewhere. */
  list: RefObject<HTMLElement | null>;
  isEnabled: boolean;
  /** Ids in the order of the list as it is now. */
  idsNow: () => readonly string[];
  /** `before` null: to the end. */
  onMove: (id: string, before: string | null) => void;
}

/** What is dragged now, and the handler of the list's `pointerdown`. */
export function useDragOrder({ list, isEnabled, idsNow, onMove }: DragOrderOptions) {
  const [dragging, setDragging] = useState<Dragging | null>(null);
  const grab = useRef<Grab | null>(null);
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);

  const onPointerDown = useCallback(
    (event: ReactPointerEvent<HTMLElement>) => {
      const grabbed = isEnabled && list.current !== null ? grabOf(event, list.current) : null;
      const root = list.current;
      if (grabbed === null || root === null) return;
      stop.current?.();
      grab.current = grabbed;
      const finish = (isDropped: boolean) => {
        stop.current?.();
        const { id, index, ids, isMoving } = grabbed;
        if (!isMoving) return;
        swallowClick();
        if (isDropped) onMove(id, firstLeft(ids, index, id, idsNow()));
      };
      stop.current = listen(grabbed, root, setDragging, finish, () => {
        grab.current = null;
        stop.current = null;
        setDragging(null);
      });
    },
    [isEnabled, list, idsNow, onMove],
  );
  return { dragging, onPointerDown };
}

function grabOf(event: ReactPointerEvent<HTMLElement>, list: HTMLElement): Grab | null {
  const target = event.target as Element;
  const row = target.closest<HTMLElement>("[data-row]");
  const id = row?.dataset["row"];
  const isAtGrip = target.closest("[data-grip]") !== null;
  if (id === undefined || event.button !== 0 || (event.pointerType === "touch" && !isAtGrip)) return null;
  const rows = [...list.querySelectorAll<HTMLElement>("[data-row]")];
  const top = list.getBoundingClientRect().top;
  const spans = rows.map((one) => {
    const box = one.getBoundingClientRect();
    return { start: box.top - top, end: box.bottom - top };
  });
  const ids = rows.map((one) => one.dataset["row"] ?? "");
  const { pointerId, clientY } = event;
  return { id, pointerId, startY: clientY, y: clientY, ids, spans, index: ids.indexOf(id), isMoving: false };
}

/** Follows the pointer until it is let go or Escape is pressed. Returns how to stop. */
function listen(
  grab: Grab,
  list: HTMLElement,
  show: (dragging: Dragging) => void,
  finish: (isDropped: boolean) => void,
  cleanUp: () => void,
): () => void {
  const control = new AbortController();
  let frame = 0;
  const update = () => {
    const y = grab.y - list.getBoundingClientRect().top;
    grab.index = dropIndex(grab.spans, y);
    const at = grab.spans[grab.index]?.start ?? grab.spans.at(-1)?.end ?? 0;
    show({ id: grab.id, linePx: at });
  };
  const scroll = () => {
    frame = requestAnimationFrame(scroll);
    if (scrollAtEdge(list, grab.y)) update();
  };
  const onMove = (event: PointerEvent) => {
    if (event.pointerId !== grab.pointerId) return;
    grab.y = event.clientY;
    if (!grab.isMoving) {
      if (Math.abs(grab.y - grab.startY) < THRESHOLD_PX) return;
      grab.isMoving = true;
      frame = requestAnimationFrame(scroll);
    }
    event.preventDefault();
    update();
  };
  const { signal } = control;
  addEventListener("pointermove", onMove, { signal, passive: false });
  addEventListener("pointerup", (event) => event.pointerId === grab.pointerId && finish(true), { signal });
  addEventListener("pointercancel", (event) => event.pointerId === grab.pointerId && finish(false), { signal });
  addEventListener("keydown", (event) => event.key === "Escape" && finish(false), { signal });
  return () => {
    control.abort();
    cancelAnimationFrame(frame);
    cleanUp();
  };
}

/** Scrolls what holds the list while the pointer is near its edge; says whether it moved. */
function scrollAtEdge(list: HTMLElement, y: number): boolean {
  const holder = list.closest<HTMLElement>("[data-scrolls]");
  const box = holder !== null && holder.scrollHeight > holder.clientHeight ? holder.getBoundingClientRect() : null;
  const [top, bottom] = box === null ? [0, innerHeight] : [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
  const step = y < top + EDGE_PX ? -SCROLL_PX : y > bottom - EDGE_PX ? SCROLL_PX : 0;
  if (step === 0) return false;
  (box === null ? document.documentElement : holder)?.scrollBy(0, step);
  return true;
}

/** The click that ends a drag is no click on the row. */
function swallowClick(): void {
  const control = new AbortController();
  addEventListener("click", (event) => event.stopPropagation(), { capture: true, signal: control.signal });
  setTimeout(() => control.abort());
}
