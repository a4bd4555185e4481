// Whether the tab that owns a local store is alive: it holds a Web Lock of the store's name for as long as it lives.

/** Milliseconds after its last write from which a store counts as left behind, where the browser has no Web Locks. */
const LEFT_BEHIND_MS = 120_000;

/** Takes the lock of a store made by this tab; returns how to release it. */
export async function holdStore(storeId: string): Promise<() => void> {
  if (!hasLocks()) return () => undefined;
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(lockOf(storeId), () => new Promise<void>((release) => resolve(() => release())))
      .catch(reject);
  });
}

/**
 * Calls `adopt` while the store belongs to this tab, if its own tab is gone; otherwise does nothing.
 *
 * Pages from addresses other than localhost have no Web Locks without https: then a store that was not written for a
 * while counts as left behind. Adopting one whose tab is alive loses nothing: its edits arrive twice, and count once.
 */
export async function adoptStore(storeId: string, usedAtMs: number, adopt: () => Promise<void>): Promise<void> {
  if (!hasLocks()) {
    if (Date.now() - usedAtMs > LEFT_BEHIND_MS) await adopt();
    return;
  }
  await navigator.locks.request(lockOf(storeId), { ifAvailable: true }, async (lock) => {
    if (lock) await adopt();
  });
}

function hasLocks(): boolean {
  return "locks" in navigator;
}

function lockOf(storeId: string): string {
  return `counterpoint-store:${storeId}`;
}
