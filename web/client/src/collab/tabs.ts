// What the tabs of this browser tell each other: who is signed in. Documents never travel this way.

/** A person signed in, as far as one tab has heard; or everything was signed out of and deleted. */
export type TabNews = { readonly type: "signed-in"; readonly personId: string } | { readonly type: "signed-out" };

const NAME = "counterpoint";
const listeners = new Set<(news: TabNews) => void>();
let channel: BroadcastChannel | null = null;

/** Tells all tabs, this one included. */
export function tellTabs(news: TabNews): void {
  openChannel()?.postMessage(news);
  for (const listener of [...listeners]) listener(news);
}

/** Calls the listener with what any tab tells. Returns how to stop. */
export function onTabNews(listener: (news: TabNews) => void): () => void {
  openChannel();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function openChannel(): BroadcastChannel | null {
  if (!("BroadcastChannel" in globalThis)) return null;
  if (!channel) {
    channel = new BroadcastChannel(NAME);
    channel.onmessage = (event: MessageEvent<TabNews>) => {
      for (const listener of [...listeners]) listener(event.data);
    };
  }
  return channel;
}
