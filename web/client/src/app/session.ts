// Whether somebody is signed in, as this tab knows it; every tab of the browser hears of a sign-out.
import { useSyncExternalStore } from "react";
import { onSignedOut } from "../api/client";
import { onTabNews } from "../collab/tabs";

/**
 * Why nobody is signed in: the session ended by itself or was ended elsewhere; it was ended in this browser; nobody was
 * signed in since this page was loaded.
 */
export type SignedOut = "ended" | "here" | "nobody" | null;

class Session {
  private signedOut: SignedOut = null;
  private wasSignedIn = false;
  private readonly listeners = new Set<() => void>();

  constructor() {
    onSignedOut(() => {
      // Whoever signs out hears it first; the refusals that follow are no news.
      if (this.signedOut === null) this.set(this.wasSignedIn ? "ended" : "nobody");
    });
    onTabNews((news) => {
      if (news.type === "signed-out") this.set("here");
    });
  }

  readonly getSnapshot = (): SignedOut => this.signedOut;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** It is known who is signed in: when that ends, it is news. */
  begin(): void {
    this.wasSignedIn = true;
  }

  /** Somebody is signed in again. */
  resume(): void {
    this.set(null);
  }

  private set(signedOut: SignedOut): void {
    if (signedOut === this.signedOut) return;
    this.signedOut = signedOut;
    this.listeners.forEach((listener) => listener());
  }
}

export const session = new Session();

export function useSignedOut(): SignedOut {
  return useSyncExternalStore(session.subscribe, session.getSnapshot);
}
