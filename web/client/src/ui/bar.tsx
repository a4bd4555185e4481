// The bar on top of every page: the application puts its ends there once, each page its own controls between them.
import { createContext, useContext, useState, type ReactNode } from "react";
import { createPortal } from "react-dom";
import "./bar.css";

/** What a page adds to the bar. */
export interface BarContent {
  /** After the brand: what this page is about. */
  start?: ReactNode;
  /** Ways to go on from here, such as tabs. */
  middle?: ReactNode;
  /** Before the menu of the person: states, people, things to do. */
  end?: ReactNode;
}

type Slots = Record<keyof BarContent, HTMLElement | null>;

const NO_SLOTS: Slots = { start: null, middle: null, end: null };

interface BarPlace {
  slots: Slots;
  setSlot: (name: keyof BarContent, element: HTMLElement | null) => void;
}

const BarContext = createContext<BarPlace | null>(null);

/** Around the bar and the pages: lets what a page says reach the bar. */
export function BarProvider({ children }: { children: ReactNode }) {
  const [slots, setSlots] = useState(NO_SLOTS);
  const [place] = useState(() => ({
    setSlot: (name: keyof BarContent, element: HTMLElement | null) =>
      setSlots((current) => (current[name] === element ? current : { ...current, [name]: element })),
  }));
  return <BarContext value={{ slots, ...place }}>{children}</BarContext>;
}

/** The bar itself; `before` and `after` are the application's own ends. */
export function Bar({ before, after }: { before: ReactNode; after: ReactNode }) {
  const place = useContext(BarContext);
  const [slotRefs] = useState(() => ({
    start: (element: HTMLElement | null) => place?.setSlot("start", element),
    middle: (element: HTMLElement | null) => place?.setSlot("middle", element),
    end: (element: HTMLElement | null) => place?.setSlot("end", element),
  }));
  return (
    <header className="bar">
      <div className="bar__before">{before}</div>
      <div className="bar__start" ref={slotRefs.start} />
      <div className="bar__middle" ref={slotRefs.middle} />
      <div className="bar__end" ref={slotRefs.end} />
      <div className="bar__after">{after}</div>
    </header>
  );
}

/** Puts a page's controls into the bar. Without a bar around, as in tests, they stand where this stands. */
export function IntoBar({ start, middle, end }: BarContent) {
  const place = useContext(BarContext);
  if (place === null)
    return (
      <div className="bar">
        {start}
        {middle}
        {end}
      </div>
    );
  const { slots } = place;
  return (
    <>
      {slots.start !== null && createPortal(start, slots.start)}
      {slots.middle !== null && createPortal(middle, slots.middle)}
      {slots.end !== null && createPortal(end, slots.end)}
    </>
  );
}
