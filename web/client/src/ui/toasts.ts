// News that does not belong to a place on the page. They go by themselves; what they offer can be done elsewhere too.

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
  /** Stays until it is closed, because its action is found nowhere else; failures that offer one always do. */
  stays?: boolean;
  /** Calls back as soon as what it offers is done some other way: then it goes. Returns how to stop listening. */
  until?: (isDone: () => void) => () => void;
  /** Goes along to other pages; others with an action, and failures, go when one leaves the page. */
  goesAlong?: boolean;
}

/** A toast that is shown, and the path of the page it appeared on. */
export type ShownToast = Toast & { readonly page: string };

/** Milliseconds a toast without an action stays: time to read two lines twice. */
const STAYS_MS = 6000;
/** Milliseconds a toast with an action stays: time to read it, decide, and get there by pointer or key. */
const STAYS_WITH_ACTION_MS = 10_000;
/** More would cover the page. */
const SHOWN_MAX = 3;

/** The toasts of this tab; components read them with useSyncExternalStore. */
export class Toasts {
  private shown: readonly ShownToast[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();
  private readonly stops = new Map<number, () => void>();
  private lastId = 0;
  private isHeld = false;

  readonly getSnapshot = (): readonly ShownToast[] => this.shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Shows a toast and returns its id. */
  show(toast: Omit<Toast, "id">): number {
    const id = ++this.lastId;
    const older = this.shown.find((other) => other.about !== undefined && other.about === toast.about);
    if (older !== undefined) this.close(older.id);
    while (this.shown.length >= SHOWN_MAX) this.close(leastNeeded(this.shown));
    this.set([...this.shown, { ...toast, id, page: location.pathname }]);
    const stop = toast.until?.(() => this.close(id));
    if (stop !== undefined) this.stops.set(id, stop);
    // It was done already.
    if (!this.shown.some((one) => one.id === id)) this.close(id);
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
    this.stops.get(id)?.();
    this.stops.delete(id);
    this.set(this.shown.filter((toast) => toast.id !== id));
    // The pointer cannot leave what is not there any more.
    if (this.shown.length === 0) this.hold(false);
  }

  /** One is on the page at this path now: what belonged to another goes. */
  arriveAt(page: string): void {
    const left = this.shown.filter((toast) => toast.page !== page && belongsToPage(toast));
    left.forEach(({ id }) => this.close(id));
  }

  private startTimers(): void {
    if (this.isHeld) return;
    for (const toast of this.shown)
      if (!isLasting(toast) && !this.timers.has(toast.id))
        this.timers.set(
          toast.id,
          setTimeout(() => this.close(toast.id), toast.action === undefined ? STAYS_MS : STAYS_WITH_ACTION_MS),
        );
  }

  private set(shown: readonly ShownToast[]): void {
    this.shown = shown;
    this.listeners.forEach((listener) => listener());
  }
}

/** Whether somebody has to decide before it goes. */
function isLasting({ tone, action, stays }: Toast): boolean {
  return stays === true || (tone === "danger" && action !== undefined);
}

/** What only says that something was done may be read to its end anywhere. */
function belongsToPage({ tone, action, goesAlong }: Toast): boolean {
  return goesAlong !== true && (action !== undefined || tone === "danger");
}

/** The oldest that would go by itself, else the oldest. */
function leastNeeded(shown: readonly Toast[]): number {
  return (shown.find((toast) => !isLasting(toast)) ?? shown[0])?.id ?? 0;
}

export const toasts = new Toasts();
