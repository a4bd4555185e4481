// What the timeline shows: everybody or one person, everything or one place.
import { ChevronDown, Undo2, X } from "lucide-react";
import type { KindName } from "../api/addresses";
import { Avatar } from "../ui/avatar";
import { Button, IconButton } from "../ui/button";
import { Menu } from "../ui/menu";
import type { HistoryPlace, Go, What } from "./address";
import type { PersonOf } from "../api/use-people";
import { placeAt } from "./field-names";
import type { Content } from "./requests";

export interface FiltersProps {
  kind: KindName;
  place: HistoryPlace;
  people: readonly string[];
  content: Content;
  authorOf: PersonOf;
  go: Go;
  /** Takes back everything that is filtered for; null: nothing is, or this person may not. */
  onUndo: (() => void) | null;
}

const WHATS: readonly { id: What; name: string }[] = [
  { id: "everything", name: "Everything" },
  { id: "edits", name: "Edits" },
  { id: "versions", name: "Named versions" },
  { id: "reverts", name: "Reverts" },
  { id: "merges", name: "Merges" },
  { id: "reviews", name: "Reviews" },
  { id: "comments", name: "Comments" },
];

const TIMES: readonly { id: string; days: number | null; name: string }[] = [
  { id: "ever", days: null, name: "Any time" },
  { id: "today", days: 1, name: "Today" },
  { id: "week", days: 7, name: "Last 7 days" },
  { id: "month", days: 30, name: "Last 30 days" },
];

export function Filters({ kind, place, people, content, authorOf, go, onUndo }: FiltersProps) {
  const { personId, path, what, days } = place;
  return (
    <div className="timeline__filters">
      <Menu
        label="Whose sittings"
        trigger={
          <Button size="small" icon={<ChevronDown size={14} aria-hidden />}>
            {personId === null ? "Everybody" : authorOf(personId).name}
          </Button>
        }
        actions={[
          { id: "", name: "Everybody", onAction: () => go({ personId: null }, "replace") },
          ...people.map((id, index) => ({
            id,
            name: authorOf(id).name,
            startsGroup: index === 0,
            icon: <Avatar name="" colour={authorOf(id).colour} size="small" className="timeline__dot" />,
            onAction: () => go({ personId: id }, "replace"),
          })),
        ]}
      />
      <Menu
        label="What is shown"
        trigger={
          <Button size="small" icon={<ChevronDown size={14} aria-hidden />}>
            {WHATS.find(({ id }) => id === what)?.name}
          </Button>
        }
        actions={WHATS.map(({ id, name }) => ({ id, name, onAction: () => go({ what: id }, "replace") }))}
      />
      <Menu
        label="Since when"
        trigger={
          <Button size="small" icon={<ChevronDown size={14} aria-hidden />}>
            {TIMES.find((time) => time.days === days)?.name ?? `Last ${String(days)} days`}
          </Button>
        }
        actions={TIMES.map((time) => ({
          id: time.id,
          name: time.name,
          onAction: () => go({ days: time.days }, "replace"),
        }))}
      />
      {path !== null && (
        <span className="timeline__filter">
          <span>Only {nameOfPath(kind, path, content)}</span>
          <IconButton
            label="Show everything again"
            size="small"
            icon={<X size={14} aria-hidden />}
            onPress={() => go({ path: null }, "replace")}
          />
        </span>
      )}
      {onUndo !== null && (
        <Button size="small" icon={<Undo2 size={14} aria-hidden />} onPress={onUndo}>
          Undo all of it…
        </Button>
      )}
    </div>
  );
}

/** "Lyrics of Verse 1", "Tempo", "Chorus". */
export function nameOfPath(kind: KindName, path: string, content: Content): string {
  const { group, field } = placeAt(kind, path, [content]);
  if (field === null) return group.name;
  return group.key === "" ? field.toLowerCase() : `${field.toLowerCase()} of ${group.name}`;
}
