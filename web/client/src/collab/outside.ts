// What happens around a document and concerns it: signing in and out, in this tab and others, and coming back to it.
import { onSignedOut } from "../api/client";
import { onTabNews, type TabNews } from "./tabs";

/** What is done about it. */
export interface OutsideListener {
  /** An answer said that nobody is signed in. */
  signedOut: () => void;
  /** Another tab, or this one, tells who signed in or that everything was signed out of. */
  heardTabs: (news: TabNews) => void;
  /** The network is back, or somebody looks at the tab: what was given up may work now. */
  hurry: () => void;
}

/** Listens until the returned function is called. */
export function listenOutside({ signedOut, heardTabs, hurry }: OutsideListener): () => void {
  const hurryIfVisible = () => {
    if (document.visibilityState === "visible") hurry();
  };
  window.addEventListener("online", hurryIfVisible);
  document.addEventListener("visibilitychange", hurryIfVisible);
  const stops = [onSignedOut(signedOut), onTabNews(heardTabs)];
  return () => {
    window.removeEventListener("online", hurryIfVisible);
    document.removeEventListener("visibilitychange", hurryIfVisible);
    stops.forEach((stop) => stop());
  };
}
