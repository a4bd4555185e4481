// A choice that this browser remembers: one key of local storage, the same in every tab.
import { useSyncExternalStore } from "react";

/** One remembered choice among a few. Where storage is forbidden it lasts as long as the page. */
export class StoredChoice<Value extends string> {
  private readonly listeners = new Set<() => void>();
  private current: Value;

  constructor(
    private readonly key: string,
    private readonly values: readonly Value[],
    private readonly initial: Value,
  ) {
    this.current = this.stored();
    addEventListener("storage", (event) => {
      if (event.key === null || event.key === this.key) this.changed(this.stored());
    });
  }

  readonly getSnapshot = (): Value => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(value: Value): void {
    try {
      if (value === this.initial) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, value);
    } catch {
      // Storage may be forbidden or full: the choice then lasts as long as the page.
    }
    this.changed(value);
  }

  private stored(): Value {
    try {
      const text = localStorage.getItem(this.key);
      return this.values.find((value) => value === text) ?? this.initial;
    } catch {
      return this.initial;
    }
  }

  private changed(value: Value): void {
    if (value === this.current) return;
    this.current = value;
    this.listeners.forEach((listener) => listener());
  }
}

/** The choice, kept up to date. */
export function useStoredChoice<Value extends string>(choice: StoredChoice<Value>): Value {
  return useSyncExternalStore(choice.subscribe, choice.getSnapshot);
}
