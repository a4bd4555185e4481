// Things in an order that people add, change, move and remove: by mouse, finger, keyboard and buttons.
import { ChevronDown, ChevronUp, Copy, EllipsisVertical, GripVertical, Plus, Trash2 } from "lucide-react";
import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { useEntries } from "../../collab/context";
import type { Path } from "../../collab/path";
import { addEntry, moveEntry, type Entry } from "../../collab/values";
import { Button, IconButton } from "../../ui/button";
import { classes } from "../../ui/classes";
import { EmptyState } from "../../ui/empty-state";
import { Menu } from "../../ui/menu";
import { announce } from "./announce";
import { duplicateEntry, nudgeEntry, removeWithUndo } from "./entry-actions";
import { useEntryDrag } from "./entry-drag";
import "./entry-list.css";
import { useFieldPlace } from "./use-field";
import { shareIfThere } from "./use-line";
import { WarningsAt } from "./warnings-at";

export interface EntryListProps {
  path: Path;
  /** What the list is called. */
  label: string;
  addLabel: string;
  /** The fields of one entry. */
  renderEntry: (id: string, index: number) => ReactNode;
  /** What one entry is called in messages and buttons, e.g. its name or "Event 3". */
  itemName: (entry: Entry, index: number) => string;
  /** What a new entry holds. */
  newContent?: () => Readonly<Record<string, unknown>>;
  /** One sentence for when there is nothing yet. */
  empty?: string;
  /** Cards hold several lines of fields, rows one. */
  layout?: "cards" | "rows";
  /** Other buttons beside "add". */
  moreActions?: ReactNode;
  className?: string;
}

export function EntryList(props: EntryListProps) {
  const { path, label, addLabel, renderEntry, itemName, newContent, empty, layout = "cards", className } = props;
  const { session, path: stable, mayWrite } = useFieldPlace(path);
  const entries = useEntries(stable);
  const list = useRef<HTMLOListElement>(null);
  const nameOf = (id: string) => {
    const at = entries.findIndex((entry) => entry.id === id);
    const entry = entries[at];
    return entry === undefined ? "It" : itemName(entry, at);
  };
  const { drag, start } = useEntryDrag(list, (id, before) =>
    shareIfThere(() => {
      const name = nameOf(id);
      moveEntry(session, stable, id, { before });
      announce(`${name} moved${before === null ? " to the end" : ` before ${nameOf(before)}`}.`);
    }),
  );
  const add = () => {
    const id = addEntry(session, stable, newContent?.() ?? {});
    announce(`Added to ${label.toLowerCase()}.`);
    focusEntry(list, id, "[data-entry-body] :is(input, button, [role=textbox])");
  };
  const adder = mayWrite && (
    <Button icon={<Plus size={16} aria-hidden />} onPress={add}>
      {addLabel}
    </Button>
  );
  return (
    <div className={classes("entry-list", `entry-list--${layout}`, className)}>
      {entries.length === 0 ? (
        <EmptyState action={adder || undefined}>{empty ?? "Nothing here yet."}</EmptyState>
      ) : (
        <ol ref={list} className="entry-list__items" aria-label={label}>
          {entries.map((entry, index) => (
            <Item
              key={entry.id}
              name={itemName(entry, index)}
              entry={entry}
              index={index}
              count={entries.length}
              isFixed={!mayWrite}
              dropMark={dropMarkOf(drag, entries, index)}
              isDragged={drag?.id === entry.id}
              onGrab={(event) => start(entry.id, event)}
              onMove={(by) => {
                const name = itemName(entry, index);
                const place = nudgeEntry(session, stable, entry.id, by);
                announce(
                  place === null
                    ? `${name} is at the ${by < 0 ? "top" : "end"}.`
                    : `${name} is now ${place} of ${entries.length}.`,
                );
                // The browser drops focus from what moves in the page.
                if (place !== null)
                  focusEntry(list, entry.id, `[data-move="${by}"]:not(:disabled), [data-move]:not(:disabled)`);
              }}
              onDuplicate={() => {
                const id = duplicateEntry(session, stable, entry.id);
                announce(`${itemName(entry, index)} duplicated.`);
                if (id !== null) focusEntry(list, id, "[data-entry-body] :is(input, button, [role=textbox])");
              }}
              onRemove={() => {
                removeWithUndo(session, stable, entry.id, itemName(entry, index));
                announce(`${itemName(entry, index)} removed.`);
                focusEntry(list, entries[index + 1]?.id ?? entries[index - 1]?.id ?? null, "[data-handle]");
              }}
            >
              {renderEntry(entry.id, index)}
            </Item>
          ))}
        </ol>
      )}
      {(entries.length > 0 || props.moreActions !== undefined) && mayWrite && (
        <div className="entry-list__actions">
          {entries.length > 0 && adder}
          {props.moreActions}
        </div>
      )}
      <WarningsAt path={stable} />
    </div>
  );
}

interface ItemProps {
  name: string;
  entry: Entry;
  index: number;
  count: number;
  isFixed: boolean;
  dropMark: "before" | "after" | null;
  isDragged: boolean;
  onGrab: (event: PointerEvent<HTMLElement>) => void;
  onMove: (by: -1 | 1) => void;
  onDuplicate: () => void;
  onRemove: () => void;
  children: ReactNode;
}

function Item(props: ItemProps) {
  const { name, entry, index, count, isFixed, dropMark, isDragged, onGrab, onMove, onDuplicate, onRemove, children } =
    props;
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : null;
    // Inside a text these keys move a line.
    if (by === null || !event.altKey || event.defaultPrevented || isFixed) return;
    event.preventDefault();
    onMove(by);
  };
  const mark = dropMark === null ? null : `entry-list__item--drop-${dropMark}`;
  return (
    // The keys work from any control inside; each of them is also a button.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className={classes("entry-list__item", mark, isDragged && "entry-list__item--dragged")}
      data-entry={entry.id}
      aria-label={name}
      onKeyDown={onKeyDown}
    >
      {!isFixed && (
        <button
          type="button"
          className="entry-list__handle"
          data-handle
          aria-label={`Drag ${name}, or move it with Alt and the arrow keys`}
          onPointerDown={onGrab}
        >
          <GripVertical size={16} aria-hidden />
        </button>
      )}
      <div className="entry-list__body" data-entry-body>
        {children}
      </div>
      {!isFixed && (
        <div className="entry-list__tools">
          <IconButton
            label={`Move ${name} up`}
            keys="Alt+Up"
            size="small"
            data-move="-1"
            isDisabled={index === 0}
            icon={<ChevronUp size={16} aria-hidden />}
            onPress={() => onMove(-1)}
          />
          <IconButton
            label={`Move ${name} down`}
            keys="Alt+Down"
            size="small"
            data-move="1"
            isDisabled={index === count - 1}
            icon={<ChevronDown size={16} aria-hidden />}
            onPress={() => onMove(1)}
          />
          <Menu
            label={name}
            trigger={
              <IconButton label={`More for ${name}`} size="small" icon={<EllipsisVertical size={16} aria-hidden />} />
            }
            actions={[
              { id: "duplicate", name: "Duplicate", icon: <Copy size={16} aria-hidden />, onAction: onDuplicate },
              {
                id: "remove",
                name: "Remove",
                tone: "danger",
                icon: <Trash2 size={16} aria-hidden />,
                onAction: onRemove,
              },
            ]}
          />
        </div>
      )}
    </li>
  );
}

function dropMarkOf(
  drag: { id: string; before: string | null } | null,
  entries: readonly Entry[],
  index: number,
): "before" | "after" | null {
  if (drag === null) return null;
  const id = entries[index]?.id;
  const at = entries.findIndex((entry) => entry.id === drag.id);
  // Where it already is, nothing would change.
  const follower = entries[at + 1]?.id ?? null;
  if (drag.before === drag.id || drag.before === follower) return null;
  if (id === drag.before) return "before";
  return drag.before === null && index === entries.length - 1 ? "after" : null;
}

/** Focus on something in an entry, once the list has been drawn anew. */
function focusEntry(list: React.RefObject<HTMLElement | null>, id: string | null, selector: string): void {
  requestAnimationFrame(() => {
    if (id === null) return;
    const item = list.current?.querySelector(`[data-entry="${CSS.escape(id)}"]`);
    item?.querySelector<HTMLElement>(selector)?.focus();
  });
}
