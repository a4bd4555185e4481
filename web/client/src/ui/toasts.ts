// News that does not belong to a place on the page. A toast with something to do stays until it is closed.

export interface ToastAction {
  name: string;
  onAction: () => void;
}

export interface Toast {
  id: number;
  tone: "plain" | "success" | "warning" | "danger";
  text: string;
  /** A second line, such as the id of a failed request. */
  detail?: string;
  action?: ToastAction;
  /** What it is about: newer news of the same thing stands in the place of older. */
  about?: string;
}

/** Milliseconds a toast without an action stays: time to read two lines twice. */
const STAYS_MS = 6000;
/** More would cover the page; the oldest goes. */
const SHOWN_MAX = 4;

/** The toasts of this tab; components read them with useSyncExternalStore. */
export class Toasts {
  private shown: readonly Toast[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();
  private lastId = 0;
  private isHeld = false;

  readonly getSnapshot = (): readonly Toast[] => this.shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Shows a toast and returns its id. */
  show(toast: Omit<Toast, "id">): number {
    const id = ++this.lastId;
    const older = this.shown.find((other) => other.about !== undefined && other.about === toast.about);
    if (older !== undefined) this.close(older.id);
    this.set([...this.shown, { ...toast, id }].slice(-SHOWN_MAX));
    this.startTimers();
    return id;
  }

  /** While somebody points at toasts or has the focus among them, none goes by itself; afterwards each has its time anew. */
  hold(isHeld: boolean): void {
    if (isHeld === this.isHeld) return;
    this.isHeld = isHeld;
    if (!isHeld) {
      this.startTimers();
      return;
    }
    this.timers.forEach((timer) => clearTimeout(timer));
    this.timers.clear();
  }

  /** Takes a toast away; one that is gone already is no mistake. */
  close(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    this.set(this.shown.filter((toast) => toast.id !== id));
    // The pointer cannot leave what is not there any more.
    if (this.shown.length === 0) this.hold(false);
  }

  private startTimers(): void {
    if (this.isHeld) return;
    for (const { id, action } of this.shown)
      if (action === undefined && !this.timers.has(id))
        this.timers.set(
          id,
          setTimeout(() => this.close(id), STAYS_MS),
        );
  }

  private set(shown: readonly Toast[]): void {
    this.shown = shown;
    this.listeners.forEach((listener) => listener());
  }
}

export const toasts = new Toasts();
