// What was written earlier and never sent goes out as soon as somebody is signed in, whichever page is shown.
import { useEffect } from "react";
import { useMe } from "../api/use-me";
import { rememberedPerson } from "../collab/identity";
import { whenIdle } from "../ui/when-idle";

/** Sends it once it is known who I am; again when somebody signs in again. */
export function useLeftBehind(): void {
  const personId = useMe()?.person_id;
  useEffect(() => {
    // Nothing is kept for somebody who never opened a document here: then the editor's code need not load either.
    if (personId === undefined || rememberedPerson() !== personId) return undefined;
    return whenIdle(() => {
      // What does not go out now goes out when its document is opened, or at the next start.
      void import("../collab/sessions").then(({ sendLeftBehind }) => sendLeftBehind()).catch(() => undefined);
    });
  }, [personId]);
}
