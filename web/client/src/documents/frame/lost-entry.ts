// When others remove what one is writing in: one hears so, and where its words are.
import { useEffect } from "react";
import { useLocation } from "wouter";
import { branchHistoryAddress, historyAddress } from "../../api/addresses";
import { useCurrentBranch } from "../../branches/current-branch";
import { useDocument } from "../../collab/context";
import { pointerTo } from "../../collab/path";
import { shortTitle } from "../../ui/short-title";
import { toasts } from "../../ui/toasts";
import { whenBack } from "../fields/entry-actions";

/** Says it as long as the page is there. */
export function useLostEntryNews(): void {
  const session = useDocument();
  const branch = useCurrentBranch();
  const [, navigate] = useLocation();
  const history = branch === null ? historyAddress(session.kind, session.id) : branchHistoryAddress(branch);
  useEffect(
    () =>
      session.onEntryLost(({ path, name }) =>
        toasts.show({
          tone: "warning",
          text: `${name === null ? "What you were in" : `“${shortTitle(name)}”`} was removed by somebody else. What was saved of it is in the history.`,
          about: `${session.id}${pointerTo(path)}`,
          stays: true,
          until: (isBack) => whenBack(session, path, isBack),
          action: { name: "See the history", onAction: () => navigate(history) },
        }),
      ),
    [session, history, navigate],
  );
}
