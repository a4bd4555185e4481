// The keys of a review, for the palette, the `?` sheet and whoever presses them.
import { useLocation } from "wouter";
import { branchEditorAddress, branchHistoryAddress, documentAddress } from "../api/addresses";
import type { Branch } from "../api/branches";
import { useActions, type Action } from "../ui/actions";
import { CHANGE_SELECTOR } from "./change-list";
import type { Decision } from "./words-dialog";

const GROUP = "Review";

export interface ReviewActionsOptions {
  branch: Branch;
  /** Null: this person does not decide here. */
  onDecide: ((decision: Decision) => void) | null;
  onAsk: (() => void) | null;
}

export function useReviewActions({ branch, onDecide, onAsk }: ReviewActionsOptions): void {
  const [, navigate] = useLocation();
  const always: Action[] = [
    { id: "review.next", name: "Next change", keys: "J", group: GROUP, run: () => step(1) },
    { id: "review.previous", name: "Previous change", keys: "K", group: GROUP, run: () => step(-1) },
    {
      id: "review.write",
      name: "Write on this branch",
      keys: "E",
      group: GROUP,
      run: () => navigate(branchEditorAddress(branch)),
    },
    {
      id: "review.main",
      name: "Back to the document itself",
      keys: "M",
      group: GROUP,
      run: () => navigate(documentAddress(branch.kind, branch.document_id)),
    },
    {
      id: "review.history",
      name: "History of this branch",
      group: GROUP,
      run: () => navigate(branchHistoryAddress(branch)),
    },
  ];
  const deciding: Action[] =
    onDecide === null
      ? []
      : [
          { id: "review.approve", name: "Approve", keys: "A", group: GROUP, run: () => onDecide("approve") },
          {
            id: "review.request-changes",
            name: "Request changes",
            keys: "R",
            group: GROUP,
            run: () => onDecide("request_changes"),
          },
        ];
  const asking: Action[] =
    onAsk === null ? [] : [{ id: "review.ask", name: "Request review", keys: "V", group: GROUP, run: onAsk }];
  useActions([...always, ...deciding, ...asking]);
}

/** Focuses the change after or before the one the focus is in. */
function step(by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(CHANGE_SELECTOR)];
  const here = all.findIndex((element) => element.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + by));
  all[next]?.focus({ preventScroll: true });
  all[next]?.scrollIntoView({ block: "start" });
}
