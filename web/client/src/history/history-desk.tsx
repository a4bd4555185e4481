// The history once its document is known: the timeline beside what is compared, and what one can do about it.
import { useCallback, useMemo, useRef, useState } from "react";
import { branchAddress, branchEditorAddress, documentAddress, type KindName } from "../api/addresses";
import { mayWrite } from "../api/roles";
import { useIsMeAsked, useMe } from "../api/use-me";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Segments } from "../ui/segments";
import { useHistoryPlace, writePlace, type Go, type HistoryPlace, type View } from "./address";
import { usePeople, type PersonOf } from "../api/use-people";
import { ChangesView } from "./changes-view";
import {
  comparisonOf,
  entryBy,
  isComparable,
  nameOfPosition,
  rangeOf,
  type Comparable,
  type Comparison,
} from "./comparison";
import { ComparisonHead } from "./comparison-head";
import { Filters, nameOfPath } from "./filters";
import { useCurrentBranch } from "../branches/current-branch";
import { DocumentBranches, useAreBranchesAsked } from "../branches/document-branches";
import NewBranchDialog from "../branches/new-branch-dialog";
import { counted } from "../ui/words";
import { NameDialog } from "./name-dialog";
import { Preview } from "./preview";
import type { Author, Content, Merge, Moment, Version } from "./requests";
import { RestoreDialog } from "./restore-dialog";
import { Timeline } from "./timeline";
import type { Entry } from "./timeline-entries";
import { copyLink, useRemoveName, useRestore } from "./use-commands";
import { UndoDialog } from "./undo-dialog";
import { undoOfEntry, undoOfFilter, type UndoChoice } from "./undoing";
import { useHistoryActions } from "./use-history-actions";
import { useBases } from "./use-bases";
import { useTimeline, type HistoryTimeline } from "./use-timeline";

const VIEWS: readonly { value: View; name: string }[] = [
  { value: "changes", name: "Changes" },
  { value: "preview", name: "Whole document" },
];

export interface HistoryDeskProps {
  kind: KindName;
  documentId: string;
  content: Content;
}

type Asking = { what: "name" | "restore" | "branch"; position: number | null } | { what: "undo"; choice: UndoChoice };

export function HistoryDesk({ kind, documentId, content }: HistoryDeskProps) {
  const { place, go } = useHistoryPlace();
  const timeline = useTimeline(documentId, place);
  const authorOf = usePeople();
  const comparison = useMemo(() => comparisonOf(place, timeline), [place, timeline]);
  const [isPicking, setPicking] = useState(false);
  const [asking, setAsking] = useState<Asking | null>(null);
  const focused = useRef<Comparable | null>(null);
  const readOnly = useReadOnlyReason(content);
  const isMeAsked = useIsMeAsked();
  // A branch of a branch would have nothing to be merged into but that.
  const mayBranch = useCurrentBranch() === null;
  const addressOf = useAddressOf(kind, documentId);
  const newest = newestIn(timeline);
  const nameOf = (position: number | null) => nameOfPosition(position, timeline, authorOf, new Date());

  const select = useCallback(
    (entry: Comparable, how: "push" | "replace" = "push") => {
      const range = rangeOf(entry, timeline);
      if (isPicking && comparison !== null) go({ from: range.to, to: comparison.to });
      else go(range, how);
      setPicking(false);
    },
    [comparison, go, isPicking, timeline],
  );
  const ask = (what: "name" | "restore" | "branch") => {
    const at = focused.current === null ? comparison : rangeOf(focused.current, timeline);
    if (at === null || readOnly !== null) return;
    if (what === "restore" && (at.to === null || at.to === newest)) return;
    setAsking({ what, position: at.to });
  };
  const askUndo = (entry: Comparable | null) => {
    if (entry === null || readOnly !== null) return;
    setAsking({ what: "undo", choice: undoOfEntry(entry, place, timeline.versions, authorOf, new Date()) });
  };
  const onReverted = () => {
    setAsking(null);
    go({ from: null, to: null }, "replace");
    void timeline.refresh();
  };
  const restore = useRestore(documentId, onReverted);
  const wholeFilter = undoOfFilter(place, authorOf, (path) => nameOfPath(kind, path, content));
  const removeName = useRemoveName(documentId);
  useHistoryActions({
    mayWrite: readOnly === null,
    onName: () => ask("name"),
    onRestore: () => ask("restore"),
    onBranch: mayBranch ? () => ask("branch") : null,
    onUndo: () => askUndo(focused.current ?? comparison?.entry ?? null),
  });
  const hasChosen = place.from !== null || place.to !== null;
  return (
    <div className="history" data-chosen={(hasChosen && !isPicking) || undefined}>
      <Side
        {...{ kind, documentId, content, timeline, authorOf, addressOf, place, go, isPicking }}
        selectedKey={comparison?.entry?.key ?? null}
        onSelect={(entry) => select(entry)}
        onFocusEntry={(entry) => {
          focused.current = entry !== null && isComparable(entry) ? entry : null;
        }}
        onRemoveName={readOnly === null ? removeName.mutate : null}
        onStopPicking={() => setPicking(false)}
        onUndoAll={
          readOnly === null && wholeFilter !== null ? () => setAsking({ what: "undo", choice: wholeFilter }) : null
        }
      />
      <div className="history__main">
        {readOnly !== null && <p className="history__reader">{readOnly}</p>}
        {comparison === null || isMeAsked ? (
          <NothingCompared timeline={timeline} />
        ) : (
          <Compared
            {...{ kind, documentId, comparison, authorOf, timeline, newest, nameOf, select, addressOf }}
            mayAct={readOnly === null}
            mayBranch={mayBranch}
            onAsk={(what) => setAsking({ what, position: comparison.to })}
            onUndo={comparison.entry === null ? null : () => askUndo(comparison.entry)}
            onPick={() => setPicking(true)}
            place={place}
            go={go}
          />
        )}
      </div>
      {asking !== null && (
        <Dialogs
          {...{ kind, documentId, content, authorOf, asking, nameOf, restore, onReverted }}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}

interface DialogsProps extends HistoryDeskProps {
  asking: Asking;
  authorOf: PersonOf;
  nameOf: (position: number | null) => string;
  restore: ReturnType<typeof useRestore>;
  onReverted: () => void;
  onClose: () => void;
}

/** The dialog of what is being asked. */
function Dialogs(props: DialogsProps) {
  const { kind, documentId, content, authorOf, asking, nameOf, restore, onReverted, onClose } = props;
  return (
    <>
      {asking.what === "name" && (
        <NameDialog
          documentId={documentId}
          position={asking.position}
          about={nameOf(asking.position)}
          companions={companionsOf(kind, content)}
          onClose={onClose}
        />
      )}
      {asking.what === "branch" && (
        <NewBranchDialog
          documentId={documentId}
          position={asking.position}
          about={nameOf(asking.position)}
          onClose={onClose}
        />
      )}
      {asking.what === "undo" && (
        <UndoDialog
          kind={kind}
          documentId={documentId}
          choice={asking.choice}
          authorOf={authorOf}
          onDone={onReverted}
          onClose={onClose}
        />
      )}
      {asking.what === "restore" && asking.position !== null && (
        <RestoreDialog
          kind={kind}
          documentId={documentId}
          position={asking.position}
          about={nameOf(asking.position)}
          isRestoring={restore.isPending}
          onRestore={() =>
            restore.mutate({ to: asking.position ?? 0, words: "The version was restored.", mayUndo: true })
          }
          onClose={onClose}
        />
      )}
    </>
  );
}

interface SideProps extends HistoryDeskProps {
  timeline: HistoryTimeline;
  authorOf: PersonOf;
  addressOf: AddressOf;
  place: HistoryPlace;
  go: Go;
  isPicking: boolean;
  selectedKey: string | null;
  onSelect: (entry: Comparable) => void;
  onFocusEntry: (entry: Entry | null) => void;
  onRemoveName: ((version: Version) => void) | null;
  onStopPicking: () => void;
  onUndoAll: (() => void) | null;
}

/** The timeline with what is above it: filters, news, and what is being picked. */
function Side(props: SideProps) {
  const { kind, documentId, content, timeline, authorOf, place, go } = props;
  const { isPicking, onRemoveName, onStopPicking, onUndoAll, ...list } = props;
  const title = <h1 className="history__title">History</h1>;
  if (useAreBranchesAsked(documentId)) return <div className="history__side">{title}</div>;
  return (
    <div className="history__side">
      {title}
      <DocumentBranches kind={kind} documentId={documentId} />
      <Timeline {...list} commands={{ removeName: onRemoveName }}>
        <Filters {...{ kind, place, content, authorOf, go }} people={timeline.people} onUndo={onUndoAll} />
        <News newer={timeline.newer} onShow={() => void timeline.refresh()} />
        {isPicking && (
          <p className="timeline__note" role="status">
            Choose what to compare with.
            <Button size="small" onPress={onStopPicking}>
              Cancel
            </Button>
          </p>
        )}
      </Timeline>
    </div>
  );
}

interface ComparedProps extends Omit<HistoryDeskProps, "content"> {
  comparison: Comparison;
  authorOf: PersonOf;
  timeline: HistoryTimeline;
  newest: number | null;
  nameOf: (position: number | null) => string;
  select: (entry: Comparable, how?: "push" | "replace") => void;
  addressOf: AddressOf;
  mayAct: boolean;
  mayBranch: boolean;
  onAsk: (what: "name" | "restore" | "branch") => void;
  /** Null: what is compared is no entry of the timeline. */
  onUndo: (() => void) | null;
  onPick: () => void;
  place: HistoryPlace;
  go: Go;
}

function Compared(props: ComparedProps) {
  const { kind, documentId, comparison, authorOf, timeline, nameOf, select, mayAct } = props;
  const { onAsk, onUndo, onPick, place, go } = props;
  const { from, to } = comparison;
  const bases = useBases({ comparison, timeline, go, onPick });
  const commands = {
    name: () => onAsk("name"),
    restore: isNowIn(props) ? null : () => onAsk("restore"),
    undo: onUndo,
    branch: props.mayBranch ? () => onAsk("branch") : null,
  };
  const showAuthor = useCallback(
    (author: Author) => {
      const entry = entryBy(author, timeline.entries);
      if (entry !== null) select(entry);
      else if (author.merged_at !== null) go({ what: "merges", personId: null }, "replace");
      else go({ personId: author.person_id }, "replace");
    },
    [timeline.entries, select, go],
  );
  const step = useCallback(
    (entry: Comparable, position: number) => {
      if (position === entry.position) select(entry, "replace");
      else go({ from: rangeOf(entry, timeline).from, to: position }, "replace");
    },
    [select, go, timeline],
  );
  return (
    <>
      <ComparisonHead
        comparison={comparison}
        authorOf={authorOf}
        names={{ from: nameOf(from), to: nameOf(to) }}
        bases={bases}
        commands={mayAct ? commands : null}
        reviewAddress={props.addressOf}
        onCopyLink={() => void copyLink(writePlace({ ...place, from, to }))}
        onBack={() => go({ from: null, to: null })}
      />
      <Segments
        label="Show"
        hideLabel
        choices={VIEWS}
        value={place.view}
        onChange={(view) => go({ view, from, to }, "replace")}
      />
      {place.view === "changes" ? (
        <ChangesView
          kind={kind}
          documentId={documentId}
          comparison={comparison}
          authorOf={authorOf}
          onShowAuthor={showAuthor}
          onShowOnly={(path) => go({ path, from, to }, "replace")}
        />
      ) : (
        <Preview
          kind={kind}
          documentId={documentId}
          at={to}
          entries={timeline.entries}
          authorOf={authorOf}
          onSelect={step}
        />
      )}
    </>
  );
}

function NothingCompared({ timeline: { isPending, error, isFiltered } }: { timeline: HistoryTimeline }) {
  const isMeAsked = useIsMeAsked();
  if (isPending || isMeAsked || error !== null) return null;
  return (
    <EmptyState>{isFiltered ? "Nothing that fits is an edit to compare." : "Nothing was written here yet."}</EmptyState>
  );
}

function isNowIn({ comparison: { to }, newest }: ComparedProps): boolean {
  return to === null || to === newest;
}

/** What came since the page was read: it waits, so that nothing moves under the reader's eyes. */
function News({ newer, onShow }: { newer: number; onShow: () => void }) {
  return (
    <div role="status">
      {newer > 0 && (
        <p className="timeline__note">
          {counted(newer, "newer edit")}
          <Button size="small" onPress={onShow}>
            Show
          </Button>
        </p>
      )}
    </div>
  );
}

type AddressOf = (about: Merge | Moment) => string;

/** Where a merge, a review or a thread is looked at. */
function useAddressOf(kind: KindName, documentId: string): AddressOf {
  const current = useCurrentBranch();
  return useCallback(
    (about) => {
      if (about.kind !== "comment")
        return branchAddress({ kind, document_id: current?.document_id ?? documentId, id: about.branch_id });
      const editor = current === null ? documentAddress(kind, documentId) : branchEditorAddress(current);
      return `${editor}?comment=${about.thread_id}`;
    },
    [kind, documentId, current],
  );
}

/** Where the document stands now, as far as the timeline knows; null: a part of it is shown. */
function newestIn({ isFiltered, entries }: HistoryTimeline): number | null {
  if (isFiltered) return null;
  return entries.find(({ type }) => type === "sitting" || type === "merge")?.position ?? null;
}

/** Why this person can only read; null: they can name and restore. */
function useReadOnlyReason(content: Content): string | null {
  const role = useMe()?.role;
  if (role === undefined) return "";
  if (!mayWrite(role))
    return `You are a ${role} here: you can read the whole history. To name or restore versions, ask an owner for the role of an editor.`;
  if (content["trashed"] === true)
    return "This document is in the trash. To name or restore versions, restore it first.";
  return null;
}

/** The persona and the world of a song. */
function companionsOf(kind: KindName, content: Content): { id: string; kind: string }[] {
  if (kind !== "song") return [];
  return ["persona", "world"].flatMap((one) => {
    const id = content[`${one}_id`];
    return typeof id === "string" && id !== "" ? [{ id, kind: one }] : [];
  });
}
