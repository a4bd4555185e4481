// The comments of the document on this page: which threads there are, which one is looked at, what is being written about.
import type { EditorView } from "@codemirror/view";
import { createContext, useContext, useSyncExternalStore } from "react";
import type { NewAnchor, Thread, ThreadState } from "./requests";
import { stillListed } from "./unsent";

/** What a new thread will be about. */
export interface Target {
  anchor: NewAnchor;
  /** The words; "": a whole field or the document. */
  quote: string;
}

export interface DeskState {
  /** Open threads. */
  threads: readonly Thread[];
  /** What the panel lists as open: also threads that were resolved under somebody's hands. Null: not read yet. */
  listed: readonly Thread[] | null;
  isOpen: boolean;
  filter: ThreadState;
  /** The thread that is looked at. */
  activeId: string | null;
  target: Target | null;
  /** The thread somebody came for from elsewhere; its words are still to be found. */
  cameFor: Thread | null;
  /** Rises when the focus is to go where `target` or `activeId` is. */
  asked: number;
}

const FIRST: DeskState = {
  threads: [],
  listed: null,
  isOpen: false,
  filter: "open",
  activeId: null,
  target: null,
  cameFor: null,
  asked: 0,
};
const NONE: readonly Thread[] = [];

/** An editor that shows a text, as far as comments need it. */
export interface ShownText {
  view: EditorView;
  /** The selected words; null: none are. */
  selection: () => Target | null;
}

export class CommentDesk {
  private state = FIRST;
  private byPlace = new Map<string, readonly Thread[]>();
  /** Where the focus was when a thread was begun. */
  private begunFrom: Element | null = null;
  private readonly listeners = new Set<() => void>();
  /** Editors on the page, by the place of their text. */
  readonly texts = new Map<string, ShownText>();
  /** Where one was last; "": in no field yet. */
  lastPlace = "";
  /** Whether one's role allows to comment. */
  mayComment = false;

  readonly getState = (): DeskState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Open threads about the field at a place, or about words in it. The same array until they change. */
  threadsAt(place: string): readonly Thread[] {
    return this.byPlace.get(place) ?? NONE;
  }

  setThreads(threads: readonly Thread[]): void {
    if (threads === this.state.threads) return;
    const byPlace = new Map<string, Thread[]>();
    for (const thread of threads) byPlace.set(thread.path, [...(byPlace.get(thread.path) ?? []), thread]);
    // Fields whose threads are as they were hear nothing new.
    this.byPlace = new Map(
      [...byPlace].map(([place, now]) => {
        const before = this.threadsAt(place);
        return [place, before.length === now.length && now.every((one, at) => one === before[at]) ? before : now];
      }),
    );
    this.become({ threads, listed: stillListed(this.state.listed ?? [], threads) });
  }

  /** The words in a thread's reply box are sent or given up: if it is resolved, it goes now. */
  letGo(threadId: string): void {
    const { listed, threads } = this.state;
    if (listed === null || threads.some(({ id }) => id === threadId)) return;
    this.become({ listed: listed.filter(({ id }) => id !== threadId) });
  }

  /** Opens the panel, at a thread if one is named. */
  open(threadId: string | null = null, filter: ThreadState = "open"): void {
    const { asked } = this.state;
    this.become({ isOpen: true, filter, activeId: threadId, asked: asked + 1 });
  }

  /** Opens a thread for somebody who came for it from elsewhere. */
  comeFor(thread: Thread): void {
    this.open(thread.id, thread.state);
    this.become({ cameFor: thread });
  }

  /** They are there. */
  arrived(): void {
    if (this.state.cameFor !== null) this.become({ cameFor: null });
  }

  close(): void {
    this.become({ isOpen: false, activeId: null });
  }

  show(filter: ThreadState): void {
    this.become({ filter, activeId: null });
  }

  /** A thread is looked at. */
  look(threadId: string | null): void {
    if (threadId !== this.state.activeId) this.become({ activeId: threadId });
  }

  /** Begins a thread. */
  begin(target: Target): void {
    const { asked } = this.state;
    this.begunFrom = document.activeElement;
    this.become({ isOpen: true, filter: "open", target, activeId: null, asked: asked + 1 });
  }

  /** Begins a thread about what is selected where one was last, or about that field, or about the document. */
  beginHere(): void {
    const place = this.lastPlace;
    const selected = this.texts.get(place)?.selection() ?? null;
    this.begin(selected ?? { anchor: { path: place, from: null, to: null }, quote: "" });
  }

  /** Ends what was begun. */
  end(): void {
    this.become({ target: null });
  }

  /** Ends what was begun, and leads back to where one was, or to the words; false: neither is there. */
  giveUp(): boolean {
    const from = this.begunFrom;
    const words = this.texts.get(this.state.target?.anchor.path ?? "")?.view;
    this.end();
    this.begunFrom = null;
    if (from instanceof HTMLElement && from.isConnected && from !== document.body) from.focus();
    else if (words !== undefined) words.focus();
    else return false;
    return true;
  }

  /** Brings back what was begun before the page was loaded. */
  restore(target: Target): void {
    if (this.state.target === null) this.become({ target });
  }

  private become(change: Partial<DeskState>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => listener());
  }
}

const DeskContext = createContext<CommentDesk | null>(null);
export const DeskProvider = DeskContext.Provider;

/** The desk around; null: there are no comments here. */
export function useMaybeDesk(): CommentDesk | null {
  return useContext(DeskContext);
}

export function useDesk(): CommentDesk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error("comments are shown only within a CommentsProvider");
  return desk;
}

/** One part of the state; changes of the others cost nothing. */
export function useDeskPart<Part extends keyof DeskState>(part: Part): DeskState[Part] {
  const desk = useDesk();
  return useSyncExternalStore(desk.subscribe, () => desk.getState()[part]);
}

const idle = () => () => undefined;

/** How many open threads a field has; 0 where there are no comments. */
export function useCountAt(place: string): number {
  const desk = useMaybeDesk();
  return useSyncExternalStore(desk?.subscribe ?? idle, () => desk?.threadsAt(place).length ?? 0);
}
