// Things in an order that people add, change, move and remove: by mouse, finger, keyboard and buttons.
import { ChevronDown, ChevronUp, Copy, EllipsisVertical, GripVertical, Plus, Trash2 } from "lucide-react";
import {
  useCallback,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
} from "react";
import { useDocument, useEntries, useValue } from "../../collab/context";
import type { Path } from "../../collab/path";
import { addEntry, type Entry } from "../../collab/values";
import { Button, IconButton } from "../../ui/button";
import { classes } from "../../ui/classes";
import { EmptyState } from "../../ui/empty-state";
import { Menu } from "../../ui/menu";
import { announce } from "./announce";
import { dropEntry, duplicateEntry, nudgeEntry, removeWithUndo } from "./entry-actions";
import { useEntryDrag, type Drag } from "./entry-drag";
import "./entry-list.css";
import { useNearViewport } from "./near-viewport";
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
  /** Which entries are shown; all, unless a filter is set. Moving then goes past hidden ones, too. */
  isShown?: (entry: Entry) => boolean;
  /** Cards hold several lines of fields, rows one. */
  layout?: "cards" | "rows";
  /** What kinds of entry one may add, asked for by a menu. */
  addMenu?: readonly { id: string; name: string; content: Readonly<Record<string, unknown>> }[];
  className?: string;
}

export function EntryList(props: EntryListProps) {
  const { path, label, renderEntry, itemName, isShown, empty, layout = "cards", className } = props;
  const { session, path: stable, mayWrite } = useFieldPlace(path);
  const all = useEntries(stable);
  const entries = isShown === undefined ? all : all.filter(isShown);
  const ids = entries.map((entry) => entry.id);
  const list = useRef<HTMLOListElement>(null);
  const nameOf = (id: string | null) => {
    const at = entries.findIndex((entry) => entry.id === id);
    const entry = entries[at];
    return entry === undefined ? "it" : itemName(entry, at);
  };
  const { drag, start } = useEntryDrag(list, (id, before) =>
    shareIfThere(() => {
      dropEntry(session, stable, id, before, ids);
      announce(`${nameOf(id)} moved ${before === null ? "to the end" : `before ${nameOf(before)}`}.`);
    }),
  );
  const move = (id: string, by: -1 | 1) =>
    shareIfThere(() => {
      const place = nudgeEntry(session, stable, id, by, ids);
      const where = place === null ? `at the ${by < 0 ? "top" : "end"} already` : `now ${place} of ${ids.length}`;
      announce(`${nameOf(id)} is ${where}.`);
      if (place !== null) holdFocus(list, id, `[data-move="${by}"]:not(:disabled), [data-move]:not(:disabled)`);
    });
  const duplicate = (id: string) => {
    const copy = duplicateEntry(session, stable, id);
    announce(`${nameOf(id)} duplicated.`);
    focusEntry(list, copy, FIRST_FIELD);
  };
  const remove = (id: string) => {
    const at = ids.indexOf(id);
    const name = nameOf(id);
    removeWithUndo(session, stable, id, name);
    announce(`${name} removed.`);
    focusEntry(list, ids[at + 1] ?? ids[at - 1] ?? null, "[data-handle]");
  };
  const adder = mayWrite ? <Adder {...props} path={stable} list={list} /> : undefined;
  return (
    <div className={classes("entry-list", `entry-list--${layout}`, className)}>
      {entries.length === 0 ? (
        <EmptyState action={adder}>{empty ?? "Nothing here yet."}</EmptyState>
      ) : (
        <ol ref={list} className="entry-list__items" aria-label={label}>
          {entries.map((entry, index) => (
            <Item
              key={entry.id}
              path={stable}
              entry={entry}
              index={index}
              count={entries.length}
              itemName={itemName}
              isFixed={!mayWrite}
              dropMark={dropMarkOf(drag, ids, index)}
              isDragged={drag?.id === entry.id}
              onGrab={(event) => start(entry.id, event)}
              onMove={(by) => move(entry.id, by)}
              onDuplicate={() => duplicate(entry.id)}
              onRemove={() => remove(entry.id)}
            >
              {() => renderEntry(entry.id, index)}
            </Item>
          ))}
        </ol>
      )}
      {entries.length > 0 && adder !== undefined && <div className="entry-list__actions">{adder}</div>}
      <WarningsAt path={stable} />
    </div>
  );
}

/** Entries that are built with the page. */
const BUILT_AT_ONCE = 12;
/** Frames within which an entry that was far away is built. */
const FRAMES_MAX = 20;

/** The first thing to fill in of an entry. */
const FIRST_FIELD = "[data-entry-body] :is(input, textarea, button, [role=textbox])";

/** Adds an entry; asks first what kind of entry where there are several. */
function Adder({
  path,
  label,
  addLabel,
  newContent,
  addMenu,
  list,
}: EntryListProps & { list: RefObject<HTMLElement | null> }) {
  const session = useDocument();
  const add = (content: Readonly<Record<string, unknown>>) => {
    const id = addEntry(session, path, content);
    announce(`Added to ${label.toLowerCase()}.`);
    focusEntry(list, id, FIRST_FIELD);
  };
  const icon = <Plus size={16} aria-hidden />;
  if (addMenu === undefined)
    return (
      <Button icon={icon} onPress={() => add(newContent?.() ?? {})}>
        {addLabel}
      </Button>
    );
  return (
    <Menu
      label={addLabel}
      trigger={<Button icon={icon}>{addLabel}</Button>}
      actions={addMenu.map(({ id, name, content }) => ({ id, name, onAction: () => add(content) }))}
    />
  );
}

interface ItemProps {
  path: Path;
  entry: Entry;
  itemName: (entry: Entry, index: number) => string;
  index: number;
  count: number;
  isFixed: boolean;
  dropMark: "before" | "after" | null;
  isDragged: boolean;
  onGrab: (event: PointerEvent<HTMLElement>) => void;
  onMove: (by: -1 | 1) => void;
  onDuplicate: () => void;
  onRemove: () => void;
  children: () => ReactNode;
}

function Item(props: ItemProps) {
  const {
    path,
    entry,
    itemName,
    index,
    count,
    isFixed,
    dropMark,
    isDragged,
    onGrab,
    onMove,
    onDuplicate,
    onRemove,
    children,
  } = props;
  // Its name is one of its fields, which change without the list.
  const readName = useCallback(() => itemName(entry, index), [itemName, entry, index]);
  const name = useValue(
    readName,
    useMemo(() => [[...path, entry.id]], [path, entry.id]),
  );
  // Of a long list only what one comes near is built, and stays.
  const body = useRef<HTMLDivElement>(null);
  const isNear = useNearViewport(body);
  const [isBuilt, setBuilt] = useState(index < BUILT_AT_ONCE);
  if (isNear && !isBuilt) setBuilt(true);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : null;
    // Inside a text these keys move a line.
    if (by === null || !event.altKey || event.defaultPrevented || isFixed) return;
    event.preventDefault();
    onMove(by);
  };
  const mark = dropMark === null ? null : `entry-list__item--drop-${dropMark}`;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- The keys work from any control inside; each of them is also a button.
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
      <div ref={body} className={classes("entry-list__body", !isBuilt && "entry-list__body--far")} data-entry-body>
        {isBuilt && children()}
      </div>
      {!isFixed && (
        <Tools
          name={name}
          isFirst={index === 0}
          isLast={index === count - 1}
          onMove={onMove}
          onDuplicate={onDuplicate}
          onRemove={onRemove}
        />
      )}
    </li>
  );
}

interface ToolsProps {
  name: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
  onDuplicate: () => void;
  onRemove: () => void;
}

/** What one can do with an entry, as buttons. */
function Tools({ name, isFirst, isLast, onMove, onDuplicate, onRemove }: ToolsProps) {
  return (
    <div className="entry-list__tools">
      <IconButton
        label={`Move ${name} up`}
        keys="Alt+Up"
        size="small"
        data-move="-1"
        isDisabled={isFirst}
        icon={<ChevronUp size={16} aria-hidden />}
        onPress={() => onMove(-1)}
      />
      <IconButton
        label={`Move ${name} down`}
        keys="Alt+Down"
        size="small"
        data-move="1"
        isDisabled={isLast}
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
  );
}

function dropMarkOf(drag: Drag | null, ids: readonly string[], index: number): "before" | "after" | null {
  if (drag === null) return null;
  // Where it already is, nothing would change.
  const follower = ids[ids.indexOf(drag.id) + 1] ?? null;
  if (drag.before === drag.id || drag.before === follower) return null;
  if (ids[index] === drag.before) return "before";
  return drag.before === null && index === ids.length - 1 ? "after" : null;
}

/** The browser drops the focus from what moves in the page: it stays where it was, or goes to something beside it. */
function holdFocus(list: RefObject<HTMLElement | null>, id: string, otherwise: string): void {
  const held = document.activeElement;
  requestAnimationFrame(() => {
    if (held instanceof HTMLElement && held.isConnected && !held.matches(":disabled") && held !== document.body)
      held.focus();
    else focusEntry(list, id, otherwise);
  });
}

/** Focus on something in an entry, once the list has been drawn anew and the entry is built. */
function focusEntry(
  list: RefObject<HTMLElement | null>,
  id: string | null,
  selector: string,
  frames = FRAMES_MAX,
): void {
  if (id === null || frames === 0) return;
  requestAnimationFrame(() => {
    const item = list.current?.querySelector(`[data-entry="${CSS.escape(id)}"]`);
    const target = item?.querySelector<HTMLElement>(selector);
    target?.focus();
    if (target) return;
    item?.scrollIntoView({ block: "center" });
    focusEntry(list, id, selector, frames - 1);
  });
}
