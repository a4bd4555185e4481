// The timeline: who did what in which sitting, with what was merged, said, named and reverted; arrow keys move along it.
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { Button } from "../ui/button";
import { Failure } from "../ui/failure";
import { Skeleton } from "../ui/skeleton";
import type { PersonOf } from "../api/use-people";
import type { Comparable } from "./comparison";
import type { Merge, Moment } from "./requests";
import type { Entry } from "./timeline-entries";
import { daysOf } from "./timeline-entries";
import { TimelineEntry, type EntryCommands } from "./timeline-entry";
import type { HistoryTimeline } from "./use-timeline";
import "./timeline.css";

export interface TimelineProps {
  timeline: HistoryTimeline;
  authorOf: PersonOf;
  /** The key of the entry that is compared now. */
  selectedKey: string | null;
  onSelect: (entry: Comparable) => void;
  addressOf: (about: Merge | Moment) => string;
  onFocusEntry: (entry: Entry | null) => void;
  commands: EntryCommands;
  /** What stands above: filters, news, what is being picked. */
  children: ReactNode;
}

export function Timeline(props: TimelineProps) {
  const { timeline, authorOf, selectedKey, onSelect, addressOf, onFocusEntry, commands, children } = props;
  const list = useRef<HTMLDivElement>(null);
  const { entries } = timeline;
  const days = daysOf(entries, new Date());
  const tabStop = entries.some((entry) => entry.key === selectedKey) ? selectedKey : entries[0]?.key;
  useSelectedInView(list, selectedKey);
  return (
    <nav className="timeline" aria-label="Timeline">
      {children}
      {/* The arrow keys belong to the list; every entry is a button of its own. */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        ref={list}
        className="timeline__days"
        onKeyDown={moveByKeys}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) onFocusEntry(null);
        }}
      >
        {days.map((day) => (
          <section key={day.key} aria-labelledby={`day-${day.key}`}>
            <h2 id={`day-${day.key}`} className="timeline__day">
              {day.name}
            </h2>
            <ol className="timeline__entries">
              {day.entries.map((entry) => (
                <TimelineEntry
                  key={entry.key}
                  entry={entry}
                  authorOf={authorOf}
                  isSelected={entry.key === selectedKey}
                  isTabStop={entry.key === tabStop}
                  onSelect={onSelect}
                  addressOf={addressOf}
                  onFocus={() => onFocusEntry(entry)}
                  commands={commands}
                />
              ))}
            </ol>
          </section>
        ))}
      </div>
      <TimelineEnd timeline={timeline} isEmpty={entries.length === 0} />
    </nav>
  );
}

function TimelineEnd({ timeline, isEmpty }: { timeline: HistoryTimeline; isEmpty: boolean }) {
  const { error, isPending, hasMore, isLoadingMore, loadMore, retry, isFiltered } = timeline;
  if (error !== null) return <Failure text={error.message} onRetry={retry} />;
  if (isPending) return <Skeleton lines={6} label="Loading the timeline" />;
  if (hasMore)
    return (
      <Button className="timeline__more" onPress={loadMore} isDisabled={isLoadingMore}>
        {isLoadingMore ? "Loading…" : "Load more"}
      </Button>
    );
  if (!isEmpty) return <p className="timeline__end">This is where it began.</p>;
  return (
    <p className="timeline__end">{isFiltered ? "Nothing was done here that fits." : "Nothing was written yet."}</p>
  );
}

/** Up and Down go to the neighbour, Home and End to the ends. */
function moveByKeys(event: KeyboardEvent<HTMLDivElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-entry]")];
  const index = buttons.findIndex((button) => button === document.activeElement);
  if (index < 0) return;
  const targets: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    Home: 0,
    End: buttons.length - 1,
  };
  const target = targets[event.key];
  if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  buttons[target]?.focus();
}

/** What is chosen elsewhere, such as by the slider, is scrolled to inside the timeline alone. */
function useSelectedInView(list: React.RefObject<HTMLDivElement | null>, selectedKey: string | null): void {
  useEffect(() => {
    const selected = list.current?.querySelector<HTMLElement>('[aria-current="true"]');
    const box = list.current?.parentElement;
    if (selected == null || box == null || box.scrollHeight <= box.clientHeight) return;
    const [inner, outer] = [selected.getBoundingClientRect(), box.getBoundingClientRect()];
    if (inner.top < outer.top + 48) box.scrollTop -= outer.top + 48 - inner.top;
    else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + 16;
  }, [list, selectedKey]);
}
