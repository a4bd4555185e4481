// Changes part by part, each of which can be ticked for merging; keys lead from one to the next.
import { useMemo, type ReactNode } from "react";
import type { KindName } from "../api/addresses";
import { Checkbox } from "../ui/checkbox";
import { Segments } from "../ui/segments";
import { useStoredChoice } from "../ui/stored-choice";
import { AuthorshipContext } from "../history/author-mark";
import type { PersonOf } from "../api/use-people";
import { counted } from "../ui/words";
import { GroupView } from "../history/change-group";
import { countOf, type ChangeGroup } from "../history/change-groups";
import { LAYOUTS, layoutChoice } from "../history/changes-view";
import { useIsNarrow } from "../history/use-is-narrow";
import "./change-list.css";

export interface ChangeListProps {
  kind: KindName;
  groups: readonly ChangeGroup[];
  authorOf: PersonOf;
  /** The document whose words these are, and up to which position; null: what would be. */
  source: { documentId: string; at: number } | null;
  /** Null: nothing can be picked. */
  ticks: { isOn: (key: string) => boolean; onChange: (key: string, isOn: boolean) => void } | null;
  /** Before the way of comparing. */
  children?: ReactNode;
}

/** How keys find the changes. */
export const CHANGE_SELECTOR = "[data-change-group]";

export function ChangeList({ groups, authorOf, source, ticks, children }: ChangeListProps) {
  const layout = useStoredChoice(layoutChoice);
  const isNarrow = useIsNarrow();
  const authorship = useMemo(() => ({ authorOf, onShow: null, litId: null }), [authorOf]);
  const hasTexts = groups.some(({ changes }) => changes.some(({ change }) => change.change === "text"));
  return (
    <AuthorshipContext value={authorship}>
      <div className="changes">
        <div className="changes__head">
          <p className="changes__count" role="status">
            {counted(countOf(groups), "change")}
          </p>
          {children}
          {hasTexts && !isNarrow && (
            <Segments
              label="How texts are compared"
              hideLabel
              choices={LAYOUTS}
              value={layout}
              onChange={(value) => layoutChoice.set(value)}
            />
          )}
        </div>
        {groups.map((group) => {
          const isOn = ticks === null || ticks.isOn(group.key);
          return (
            <div
              key={group.key}
              className="change-list__one"
              data-change-group
              tabIndex={-1}
              data-off={!isOn || undefined}
            >
              {ticks !== null && (
                <Checkbox
                  label={`Merge ${group.name}`}
                  isSelected={isOn}
                  onChange={(now) => ticks.onChange(group.key, now)}
                />
              )}
              <GroupView
                group={group}
                documentId={source?.documentId ?? ""}
                at={source?.at ?? null}
                isPlan={source === null}
                layout={isNarrow ? "inline" : layout}
                onShowOnly={null}
              />
            </div>
          );
        })}
      </div>
    </AuthorshipContext>
  );
}
