// Everything that changed between two versions, part by part, with a legend of who did it.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ToggleButton } from "react-aria-components/ToggleButton";
import type { KindName } from "../api/addresses";
import { Avatar } from "../ui/avatar";
import { EmptyState } from "../ui/empty-state";
import { Failure } from "../ui/failure";
import { Segments } from "../ui/segments";
import { Skeleton } from "../ui/skeleton";
import { StoredChoice, useStoredChoice } from "../ui/stored-choice";
import { AuthorshipContext } from "./author-mark";
import type { PersonOf } from "../api/use-people";
import { counted } from "../ui/words";
import { GroupView } from "./change-group";
import { countOf, groupsOf } from "./change-groups";
import type { Comparison } from "./comparison";
import { diffQuery, stateQuery, type Author, type Change, type Content } from "./requests";
import type { Layout } from "./text-change";
import { useIsNarrow } from "./use-is-narrow";
import "./changes-view.css";

/** How this person compares texts, wherever they do. */
export const layoutChoice = new StoredChoice<Layout>(
  "counterpoint:history-layout",
  ["inline", "side-by-side"],
  "inline",
);
export const LAYOUTS = [
  { value: "inline", name: "Inline" },
  { value: "side-by-side", name: "Side by side" },
] as const;
const NOTHING: Content = {};

export interface ChangesViewProps {
  kind: KindName;
  documentId: string;
  comparison: Comparison;
  authorOf: PersonOf;
  onShowAuthor: (author: Author) => void;
  onShowOnly: (path: string) => void;
}

export function ChangesView({ kind, documentId, comparison, authorOf, onShowAuthor, onShowOnly }: ChangesViewProps) {
  const { from, to } = comparison;
  const diff = useQuery({ ...diffQuery(documentId, from, to), placeholderData: keepPreviousData });
  const before = useQuery({ ...stateQuery(documentId, from), enabled: from > 0 });
  const after = useQuery(stateQuery(documentId, to));
  const [chosenId, setLitId] = useState<string | null>(null);
  const layout = useStoredChoice(layoutChoice);
  const isNarrow = useIsNarrow();
  const groups = useMemo(
    () => groupsOf(kind, diff.data?.changes ?? [], contentOf(before.data), contentOf(after.data)),
    [kind, diff.data, before.data, after.data],
  );
  const people = useMemo(() => peopleIn(diff.data?.changes ?? []), [diff.data]);
  const litId = chosenId !== null && people.includes(chosenId) ? chosenId : null;
  const authorship = useMemo(() => ({ authorOf, onShow: onShowAuthor, litId }), [authorOf, onShowAuthor, litId]);
  if (diff.error !== null) return <Failure text={diff.error.message} onRetry={() => void diff.refetch()} />;
  // Names of sections come with the content: without them the list would change under the reader's eyes.
  if (diff.data === undefined || after.isPending) return <Skeleton lines={8} label="Comparing" />;
  if (groups.length === 0) return <EmptyState>Both versions say the same.</EmptyState>;
  const hasTexts = diff.data.changes.some(({ change }) => change === "text");
  return (
    <AuthorshipContext value={authorship}>
      <div className="changes" aria-busy={diff.isPlaceholderData}>
        <div className="changes__head">
          <p className="changes__count" role="status">
            {counted(countOf(groups), "change")}
          </p>
          <Legend people={people} authorOf={authorOf} litId={litId} onLight={setLitId} />
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
        {groups.map((group) => (
          <GroupView
            key={`${from}-${String(to)}-${group.key}`}
            group={group}
            documentId={documentId}
            at={to}
            layout={isNarrow ? "inline" : layout}
            onShowOnly={onShowOnly}
          />
        ))}
      </div>
    </AuthorshipContext>
  );
}

interface LegendProps {
  people: readonly string[];
  authorOf: PersonOf;
  litId: string | null;
  onLight: (personId: string | null) => void;
}

/** Everybody who changed something; pressed, only that person's changes stand out. */
function Legend({ people, authorOf, litId, onLight }: LegendProps) {
  return (
    <div className="changes__legend" role="group" aria-label="By whom">
      {people.map((personId) => {
        const { name, colour } = authorOf(personId);
        return (
          <ToggleButton
            key={personId}
            className="changes__person"
            isSelected={litId === personId}
            isDisabled={people.length < 2}
            onChange={(isOn) => onLight(isOn ? personId : null)}
          >
            <span aria-hidden>
              <Avatar name={name} colour={colour} size="small" />
            </span>
            {name}
          </ToggleButton>
        );
      })}
    </div>
  );
}

/** Everybody who had a part in these changes. */
export function peopleIn(changes: readonly Change[]): string[] {
  const authors = changes.flatMap(({ author, spans }) => [author, ...spans.map((span) => span.author)]);
  return [...new Set(authors.flatMap((author) => (author === null ? [] : [author.person_id])))];
}

function contentOf(state: unknown): Content {
  return typeof state === "object" && state !== null ? (state as Content) : NOTHING;
}
