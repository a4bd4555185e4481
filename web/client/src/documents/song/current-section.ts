// Which section one is in, and how to get to another: the arrangement, the cards and the keys agree on it here.
import { createContext, useContext, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import { wayTo } from "../../ui/way-to";

/** What of a section to enter: its lyrics, a part that may be folded away, or only its place on the page. */
export type SectionPart = "lyrics" | "chords" | "notes" | "name" | "place";

/** Frames within which a card that was far away is on the page, is built, and its editor is there. */
const FRAMES_MAX = 180;

/** Frames for which the focus is held where it was brought. */
const STAY_FRAMES = 4;

/** The section of this page that is in use. */
export class CurrentSection {
  private id: string | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly wakers = new Map<string, () => void>();
  /** Counts the journeys, so that a newer one ends an older one that still waits for its card. */
  private journey = 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly get = (): string | null => this.id;

  set(id: string | null): void {
    if (id === this.id) return;
    this.id = id;
    this.listeners.forEach((listener) => listener());
  }

  /** Cards say how they are built when they are far away and somebody wants to enter them. Returns how to stop. */
  onWake(id: string, wake: () => void): () => void {
    this.wakers.set(id, wake);
    return () => {
      if (this.wakers.get(id) === wake) this.wakers.delete(id);
    };
  }

  /** Makes a section the current one, brings it into view, and puts the focus into a part of it. */
  goTo(id: string, part: SectionPart): void {
    this.set(id);
    const journey = ++this.journey;
    const arrive = (framesLeft: number) => {
      if (journey !== this.journey) return;
      // Before the browser goes on with the key that led here: what is typed next is for where one went.
      flushSync(() => undefined);
      flushSync(() => this.wakers.get(id)?.());
      const card = document.getElementById(cardId(id));
      const target = card === null ? null : targetIn(card, part);
      if (card !== null && target !== null) {
        bringIntoView(card);
        target.focus({ preventScroll: part === "place" });
        this.stay(journey, target, STAY_FRAMES);
      } else if (framesLeft > 0) requestAnimationFrame(() => arrive(framesLeft - 1));
    };
    arrive(FRAMES_MAX);
  }

  /** A menu that closes gives the focus back to its button, a moment after the way was taken. */
  private stay(journey: number, target: HTMLElement, framesLeft: number): void {
    if (framesLeft === 0) return;
    requestAnimationFrame(() => {
      if (journey !== this.journey || !target.isConnected) return;
      if (document.activeElement !== target) target.focus({ preventScroll: true });
      this.stay(journey, target, framesLeft - 1);
    });
  }
}

/** The id of a section's card in the page. */
export function cardId(id: string): string {
  return `section-${id}`;
}

const CurrentSectionContext = createContext<CurrentSection | null>(null);

export const CurrentSectionProvider = CurrentSectionContext.Provider;

export function useCurrentSection(): CurrentSection {
  const current = useContext(CurrentSectionContext);
  if (current === null) throw new Error("sections are shown only within a song");
  return current;
}

/** Whether a section is the current one: a change is news only to the two it concerns. */
export function useIsCurrent(id: string): boolean {
  const current = useCurrentSection();
  return useSyncExternalStore(current.subscribe, () => current.get() === id);
}

/** The section around an element; null: it is in none. */
export function sectionAround(element: Element | null): string | null {
  return element?.closest<HTMLElement>("[data-section]")?.dataset["section"] ?? null;
}

function targetIn(card: HTMLElement, part: SectionPart): HTMLElement | null {
  if (part === "place") return card;
  const place = card.querySelector(`[data-part="${part}"]`);
  return (
    place?.querySelector<HTMLElement>(".cm-content") ??
    place?.querySelector<HTMLElement>("input, textarea, [tabindex='0']") ??
    null
  );
}

/** Leaves what is wholly in view where it is. */
function bringIntoView(card: HTMLElement): void {
  const { top, bottom } = card.getBoundingClientRect();
  const isSeen = top >= 0 && bottom <= innerHeight;
  if (isSeen) return;
  card.scrollIntoView({ block: "start", behavior: wayTo(card) });
}
