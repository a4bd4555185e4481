// What a version can be compared with: what was there before it, how it is now, named versions, or any one picked.
import { Clock, FilePlus2, Flag, MousePointerClick, Rewind } from "lucide-react";
import type { MenuAction } from "../ui/menu";
import type { Go } from "./address";
import { isComparable, rangeOf, type Comparison } from "./comparison";
import type { HistoryTimeline } from "./use-timeline";

/** Named versions that are offered without looking for them. */
const VERSIONS_OFFERED = 6;

export interface BasesOptions {
  comparison: Comparison;
  timeline: HistoryTimeline;
  go: Go;
  onPick: () => void;
}

export function useBases({ comparison: { to }, timeline, go, onPick }: BasesOptions): MenuAction[] {
  const edit = timeline.entries
    .filter(isComparable)
    .find(({ type, position }) => (type === "sitting" || type === "merge") && position === to);
  const versions = timeline.versions
    .filter((version) => version.cause === "person" && version.document_position !== to)
    .slice(0, VERSIONS_OFFERED);
  const offers: (MenuAction | false)[] = [
    edit !== undefined && {
      id: "before",
      name: "What was there before",
      icon: <Rewind />,
      onAction: () => go({ from: rangeOf(edit, timeline).from, to }),
    },
    to !== null && { id: "now", name: "How it is now", icon: <Clock />, onAction: () => go({ from: to, to: null }) },
    { id: "empty", name: "The empty document", icon: <FilePlus2 />, onAction: () => go({ from: 0, to }) },
    ...versions.map((version, index) => ({
      id: version.id,
      name: version.name,
      icon: <Flag />,
      startsGroup: index === 0,
      onAction: () => go(inOrder(version.document_position, to)),
    })),
    { id: "pick", name: "Pick in the timeline", icon: <MousePointerClick />, startsGroup: true, onAction: onPick },
  ];
  return offers.filter((offer) => offer !== false);
}

/** The older one first. */
function inOrder(one: number, other: number | null): { from: number; to: number | null } {
  return other !== null && one > other ? { from: other, to: one } : { from: one, to: other };
}
