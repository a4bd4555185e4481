// Signing out: says what would be lost, forgets what this browser keeps, ends the session.
import { useCallback, useEffect, useState } from "react";
import { Problem, problemOf } from "../api/client";
import { showProblem } from "../api/problem-toast";
import { clearLocalStores, unsavedAnywhere } from "../collab/drafts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import type { OverlayProps } from "./overlays";
import { letterKeys } from "./keyboard";
import { theme } from "./theme";

export default function SignOutDialog({ onClose }: OverlayProps) {
  const [unsaved, setUnsaved] = useState<number | null>(null);
  const leave = useCallback(() => {
    onClose();
    void signOut();
  }, [onClose]);
  useEffect(() => {
    let isCurrent = true;
    void unsavedAnywhere().then((count) => {
      if (!isCurrent) return;
      if (count === 0) leave();
      else setUnsaved(count);
    });
    return () => {
      isCurrent = false;
    };
  }, [leave]);
  if (unsaved === null) return null;
  return (
    <Dialog
      title="Sign out and lose what is not saved?"
      role="alertdialog"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Stay signed in</Button>
          <Button tone="danger" onPress={leave}>
            Sign out anyway
          </Button>
        </>
      }
    >
      <p>
        {unsaved === 1 ? "One edit is" : `${unsaved} edits are`} kept only in this browser and not yet saved by the
        studio. Signing out deletes {unsaved === 1 ? "it" : "them"}. To keep {unsaved === 1 ? "it" : "them"}, stay until
        the document says Saved.
      </p>
    </Dialog>
  );
}

/** Ends the session, then forgets everything kept here: where the studio cannot be reached, all stays as it is. */
async function signOut(): Promise<void> {
  const [chosenTheme, chosenKeys] = [theme.getSnapshot(), letterKeys.getSnapshot()];
  try {
    // A redirect answers; following it would only load a page that is left at once.
    const response = await fetch("/sign-out", { method: "POST", redirect: "manual" }).catch(() => {
      throw new Problem(
        0,
        "The studio does not answer, so you are still signed in, and nothing kept here was deleted.",
      );
    });
    if (!response.ok && response.type !== "opaqueredirect") throw await problemOf(response);
    await clearLocalStores();
  } catch (error) {
    showProblem(error, () => void signOut());
    return;
  }
  // The studio asks the browser to forget this site; how it looks and listens is no secret.
  theme.set(chosenTheme);
  letterKeys.set(chosenKeys);
  location.assign("/sign-in");
}
