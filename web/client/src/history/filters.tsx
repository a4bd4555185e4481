// What the timeline shows: everybody or one person, everything or one place.
import { ChevronDown, X } from "lucide-react";
import type { KindName } from "../api/addresses";
import { Avatar } from "../ui/avatar";
import { Button, IconButton } from "../ui/button";
import { Menu } from "../ui/menu";
import type { HistoryPlace, Go } from "./address";
import type { AuthorOf } from "./authors";
import { placeAt } from "./field-names";
import type { Content } from "./requests";

export interface FiltersProps {
  kind: KindName;
  place: HistoryPlace;
  people: readonly string[];
  content: Content;
  authorOf: AuthorOf;
  go: Go;
}

export function Filters({ kind, place, people, content, authorOf, go }: FiltersProps) {
  const { personId, path } = place;
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
    </div>
  );
}

/** "Lyrics of Verse 1", "Tempo", "Chorus". */
export function nameOfPath(kind: KindName, path: string, content: Content): string {
  const { group, field } = placeAt(kind, path, [content]);
  if (field === null) return group.name;
  return group.key === "" ? field.toLowerCase() : `${field.toLowerCase()} of ${group.name}`;
}
