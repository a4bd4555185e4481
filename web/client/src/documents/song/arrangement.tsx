// The arrangement: all sections at a glance, in their order, to go to, to move, to add to; and what the song adds up to.
import { Plus } from "lucide-react";
import { useCallback, useMemo, useRef, type KeyboardEvent } from "react";
import { useDocument, usePeople, type Person } from "../../collab/context";
import { moveEntry } from "../../collab/values";
import { Button } from "../../ui/button";
import { LazyMenu } from "../../ui/lazy-menu";
import { useMayWrite } from "../fields/use-field";
import { shareIfThere } from "../fields/use-line";
import { WarningsAt } from "../fields/warnings-at";
import { ArrangementRow } from "./arrangement-row";
import { useCurrentSection } from "./current-section";
import { useDragOrder } from "./drag-order";
import { useSectionCommands } from "./section-commands";
import { SECTIONS, sectionsOf } from "./section-edits";
import { SECTION_KIND_NAMES, SECTION_KINDS } from "./section-kinds";
import { SongTotals } from "./song-totals";
import { useTabStop } from "./use-tab-stop";
import "./arrangement.css";

const NOBODY: readonly Person[] = [];

export function Arrangement({ ids }: { ids: readonly string[] }) {
  const session = useDocument();
  const commands = useSectionCommands();
  const mayWrite = useMayWrite();
  const people = usePeopleBySection();
  const tabStop = useTabStop(ids);
  const list = useRef<HTMLOListElement>(null);
  const idsNow = useCallback(() => sectionsOf(session.doc).map(({ id }) => id), [session]);
  const onMove = useCallback(
    (id: string, before: string | null) => shareIfThere(() => moveEntry(session, SECTIONS, id, { before })),
    [session],
  );
  const { dragging, onPointerDown } = useDragOrder({ list, isEnabled: mayWrite, idsNow, onMove });
  return (
    <section className="arrangement" aria-labelledby="arrangement-heading">
      <h2 id="arrangement-heading" className="arrangement__heading">
        Arrangement
      </h2>
      <WarningsAt path={SECTIONS} />
      <div className="arrangement__scroll" data-scrolls>
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Each row holds buttons; keys and drag are another way to what they do. */}
        <ol
          ref={list}
          className="arrangement__list"
          data-dragging={dragging !== null || undefined}
          onPointerDown={onPointerDown}
          onKeyDown={(event) => onRowKey(event, (id, direction) => commands.nudge(id, direction))}
        >
          {ids.map((id) => (
            <ArrangementRow
              key={id}
              id={id}
              people={people.get(id) ?? NOBODY}
              isDragged={dragging?.id === id}
              mayWrite={mayWrite}
              isTabStop={id === tabStop}
            />
          ))}
          {dragging !== null && (
            <li className="arrangement__line" style={{ transform: `translateY(${dragging.linePx}px)` }} aria-hidden />
          )}
        </ol>
        {mayWrite && <AddSection />}
      </div>
      <SongTotals />
    </section>
  );
}

/** One press for what usually follows would hide the choice: the menu shows all kinds at once. */
function AddSection() {
  const current = useCurrentSection();
  const commands = useSectionCommands();
  return (
    <LazyMenu
      label="Kind of section"
      trigger={
        <Button tone="quiet" className="arrangement__add" icon={<Plus size={16} aria-hidden />}>
          Add section
        </Button>
      }
      actions={SECTION_KINDS.map((kind) => ({
        id: kind,
        name: SECTION_KIND_NAMES[kind],
        icon: <span className="arrangement__mark kind-colour" data-kind={kind} aria-hidden />,
        onAction: () => commands.add(current.get(), kind),
      }))}
    />
  );
}

/** Others, by the section they are in. */
function usePeopleBySection(): ReadonlyMap<string, readonly Person[]> {
  const people = usePeople();
  return useMemo(() => {
    const bySection = new Map<string, Person[]>();
    for (const person of people) {
      const [, root, id] = person.field?.split("/") ?? [];
      if (person.isThisTab || root !== SECTIONS[0] || id === undefined) continue;
      bySection.set(id, [...(bySection.get(id) ?? []), person]);
    }
    return bySection;
  }, [people]);
}

/** Arrow keys lead from row to row; with Alt they take the row along. */
function onRowKey(event: KeyboardEvent<HTMLElement>, nudge: (id: string, direction: -1 | 1) => void): void {
  const row = (event.target as Element).closest<HTMLElement>("[data-row]");
  const id = row?.dataset["row"];
  if (row === null || id === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const direction = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : null;
  if (event.altKey) {
    if (direction === null) return;
    nudge(id, direction);
  } else {
    const target = neighbourRow(row, event.key, direction);
    if (target === undefined) return;
    target?.querySelector("button")?.focus();
  }
  event.preventDefault();
  event.stopPropagation();
}

/** The row a key leads to; null: there is none in that direction; undefined: the key leads nowhere. */
function neighbourRow(row: HTMLElement, key: string, direction: -1 | 1 | null): Element | null | undefined {
  const rows = row.parentElement?.querySelectorAll("[data-row]");
  if (key === "Home") return rows?.item(0) ?? null;
  if (key === "End") return rows?.item(rows.length - 1) ?? null;
  if (direction === null) return undefined;
  const next = direction < 0 ? row.previousElementSibling : row.nextElementSibling;
  return next?.matches("[data-row]") === true ? next : null;
}
