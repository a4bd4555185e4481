// Whether the merge button works, and if not, why: one sentence for each reason.
import type { MergePreview } from "../api/branches";
import { counted } from "../ui/words";
import { unsettled, type MergePicks } from "./merge-picks";

export interface Gate {
  isOpen: boolean;
  reasons: string[];
}

export interface GateOptions {
  preview: MergePreview | undefined;
  picks: MergePicks;
  nothingPicked: boolean;
  mayMerge: boolean;
}

export function gateOf({ preview, picks, nothingPicked, mayMerge }: GateOptions): Gate {
  if (nothingPicked) return { isOpen: false, reasons: ["Nothing is picked: tick what to merge."] };
  if (preview === undefined) return { isOpen: false, reasons: [] };
  const waiting = unsettled(preview.conflicts, picks).length;
  const isEmpty = preview.changes.length === 0 && preview.conflicts.length === 0;
  const reasons = [
    ...(mayMerge ? [] : ["Editors and owners merge."]),
    ...preview.blocked,
    // As the studio puts it, so that it is said once.
    ...(waiting > 0 ? [`${counted(waiting, "conflict")} must be decided first.`] : []),
    ...(isEmpty ? ["The document says all of this already."] : []),
  ];
  return { isOpen: reasons.length === 0 && preview.is_mergeable, reasons: [...new Set(reasons)] };
}
