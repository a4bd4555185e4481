// What can be done on this page, by name and by keys: pages register it; the palette, the `?` sheet and buttons read it.
import { useLayoutEffect, useState, useSyncExternalStore, type ReactNode } from "react";

export interface Action {
  /** One name for one thing: a later registration of the same id stands in for the earlier one while it lasts. */
  id: string;
  /** What it does, as a button would say it. */
  name: string;
  /** The heading it stands under in the `?` sheet. */
  group?: string;
  /** `Mod+K`, `Shift+Alt+Up`, `?`, or one after the other: `G L`. */
  keys?: string;
  /** Whether the keys also work while one writes in a text field; only for keys with Mod or Alt, and F keys. */
  evenInText?: boolean;
  icon?: ReactNode;
  /** Whether it can do nothing now; a function is asked when it matters: what changes with each key registers nothing. */
  isDisabled?: boolean | (() => boolean);
  /** Left out: somebody else listens to the keys, and this only tells about them. */
  run?: () => void;
}

/** The actions of this tab. */
export class Actions {
  private readonly lists = new Map<symbol, readonly Action[]>();
  private readonly listeners = new Set<() => void>();
  private all: readonly Action[] = [];

  readonly getSnapshot = (): readonly Action[] => this.all;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Puts a list under a key, in the place of what the key had. */
  set(key: symbol, list: readonly Action[]): void {
    const before = this.lists.get(key);
    this.lists.set(key, list);
    if (before === undefined || !looksTheSame(before, list)) this.changed();
  }

  delete(key: symbol): void {
    if (this.lists.delete(key)) this.changed();
  }

  /** The action of that id which is in force. */
  find(id: string): Action | undefined {
    return this.all.find((action) => action.id === id);
  }

  private changed(): void {
    const inForce = new Map(
      [...this.lists].flatMap(([key, list]) => list.map((action) => [action.id, { key, action }])),
    );
    this.all = [...inForce.values()].map(({ key, action }) =>
      // Each render makes new functions without being news: what is shown stays, what runs is the newest.
      action.run === undefined ? action : { ...action, run: () => this.newest(key, action.id)?.run?.() },
    );
    this.listeners.forEach((listener) => listener());
  }

  private newest(key: symbol, id: string): Action | undefined {
    return this.lists.get(key)?.find((action) => action.id === id);
  }
}

export const actions = new Actions();

/** Registers what a component offers, while it is mounted. */
export function useActions(list: readonly Action[]): void {
  const [key] = useState(() => Symbol("actions"));
  // With the page, not after it: whoever sees it may press its keys.
  useLayoutEffect(() => actions.set(key, list), [key, list]);
  useLayoutEffect(() => () => actions.delete(key), [key]);
}

/** All actions there are now. */
export function useAllActions(): readonly Action[] {
  return useSyncExternalStore(actions.subscribe, actions.getSnapshot);
}

/** The action of that id, such as `share`; undefined while nobody offers it. */
export function useAction(id: string): Action | undefined {
  return useAllActions().find((action) => action.id === id);
}

/** Whether the action can do nothing now. */
export function isOff({ isDisabled = false }: Action): boolean {
  return typeof isDisabled === "function" ? isDisabled() : isDisabled;
}

/** Runs an action by its id; false when nobody offers it now. */
export function runAction(id: string): boolean {
  const action = actions.find(id);
  if (action?.run === undefined || isOff(action)) return false;
  action.run();
  return true;
}

/** Lists are made anew at each render; only what people see of them is news. */
function looksTheSame(before: readonly Action[], after: readonly Action[]): boolean {
  return before.length === after.length && before.every((action, index) => shownOf(action) === shownOf(after[index]));
}

function shownOf(action: Action | undefined): string {
  if (action === undefined) return "";
  const { id, name, keys, group, isDisabled, evenInText, run } = action;
  return JSON.stringify([id, name, keys, group, isDisabled, evenInText, run === undefined]);
}
