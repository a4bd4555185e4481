// What happens around a document and concerns it: signing in and out, in this tab and others, coming back to it, and its
// own coming back from the trash.
import { onSignedOut } from "../api/client";
import { listenToLog } from "../api/log-events";
import { onTabNews, type TabNews } from "./tabs";

/** What is done about it. */
export interface OutsideListener {
  /** An answer said that nobody is signed in. */
  signedOut: () => void;
  /** Another tab, or this one, tells who signed in or that everything was signed out of. */
  heardTabs: (news: TabNews) => void;
  /** The network is back, or somebody looks at the tab: what was given up may work now. */
  hurry: () => void;
  /** It was restored from the trash, or may have been: the log tells nothing of what it missed. */
  restored: () => void;
}

/** Listens for what concerns a document until the returned function is called. */
export function listenOutside(
  documentId: string,
  { signedOut, heardTabs, hurry, restored }: OutsideListener,
): () => void {
  const hurryIfVisible = () => {
    if (document.visibilityState === "visible") hurry();
  };
  window.addEventListener("online", hurryIfVisible);
  document.addEventListener("visibilitychange", hurryIfVisible);
  const stops = [
    onSignedOut(signedOut),
    onTabNews(heardTabs),
    listenToLog({
      filter: { topics: ["document.restored"], streamId: documentId },
      onEvent: restored,
      onGap: restored,
    }),
  ];
  return () => {
    window.removeEventListener("online", hurryIfVisible);
    document.removeEventListener("visibilitychange", hurryIfVisible);
    stops.forEach((stop) => stop());
  };
}
