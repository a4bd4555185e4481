// Short texts in an order: type one and press Enter; move them with Alt and the arrow keys or their menus.
import { ArrowLeft, ArrowRight, Trash2, X } from "lucide-react";
import { useId, useMemo, useRef, type KeyboardEvent } from "react";
import { useField } from "../../collab/context";
import type { Path } from "../../collab/path";
import { setField } from "../../collab/values";
import { IconButton, Button } from "../../ui/button";
import { Menu } from "../../ui/menu";
import "../../ui/field.css";
import { announce } from "./announce";
import { FieldFrame } from "./field-frame";
import { LabelInput } from "./label-input";
import "./labels-field.css";
import { useFieldPlace, type FieldPlace } from "./use-field";
import { shareIfThere, shareOrGiveBack } from "./use-line";

export interface LabelsFieldProps {
  path: Path;
  label: string;
  hideLabel?: boolean;
  placeholder?: string;
  /** Other suggestions than the kind's own, with names for what is stored. */
  suggestions?: readonly { value: string; name: string }[];
  /** Only what is suggested may be added. */
  isClosed?: boolean;
  className?: string;
}

export function LabelsField({ path, label, suggestions, isClosed, ...look }: LabelsFieldProps) {
  const field = useFieldPlace(path);
  const value = useField(field.path);
  const labels = useMemo(() => (Array.isArray(value) ? (value as string[]) : []), [value]);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const offered = useMemo(
    () => suggestions ?? field.definition.suggestions.map((word) => ({ value: word, name: word })),
    [suggestions, field.definition],
  );
  // What is stored of a thing in a list is an id, which says nothing once the thing is gone.
  const nameOf = (word: string) =>
    offered.find((one) => one.value === word)?.name ?? (isClosed === true ? "Removed" : word);
  const share = (next: string[]) => shareIfThere(() => setField(field.session, field.path, next));

  const add = (words: readonly string[]) => {
    const fresh = words.filter((word) => !labels.includes(word));
    if (fresh.length > 0 && !addLabels(field, labels, fresh, nameOf)) return;
    announce(
      fresh.length > 0 ? `${fresh.map(nameOf).join(", ")} added.` : `${words.map(nameOf).join(", ")} is there already.`,
    );
  };
  const remove = (word: string) => {
    const at = labels.indexOf(word);
    share(labels.filter((other) => other !== word));
    announce(`${nameOf(word)} removed.`);
    focusTag(box.current, labels[at + 1] ?? labels[at - 1] ?? null);
  };
  const move = (word: string, by: -1 | 1) => {
    const at = labels.indexOf(word);
    const to = at + by;
    if (at < 0 || to < 0 || to >= labels.length) return;
    const next = labels.filter((other) => other !== word);
    next.splice(to, 0, word);
    share(next);
    announce(`${nameOf(word)} is now ${to + 1} of ${labels.length}.`);
    focusTag(box.current, word);
  };

  return (
    <FieldFrame path={field.path} people={field.people} className={look.className}>
      <span id={id} className={look.hideLabel === true ? "visually-hidden" : "field__label"}>
        {label}
      </span>
      <div
        ref={box}
        role="group"
        aria-labelledby={id}
        className="labels-field field-frame__ring"
        data-readonly={!field.mayWrite || undefined}
        onFocus={field.presence.onFocus}
        onBlur={field.presence.onBlur}
      >
        {labels.length > 0 && (
          <ul className="labels-field__tags" aria-labelledby={id}>
            {labels.map((word, index) => (
              <Tag
                key={word}
                word={word}
                name={nameOf(word)}
                isFirst={index === 0}
                isLast={index === labels.length - 1}
                isFixed={!field.mayWrite}
                onMove={move}
                onRemove={remove}
                onGo={(by) => focusTag(box.current, labels[index + by] ?? (by > 0 ? null : word))}
              />
            ))}
          </ul>
        )}
        {field.mayWrite ? (
          <LabelInput
            path={field.path}
            label={label}
            placeholder={look.placeholder ?? (labels.length === 0 ? "Type and press Enter" : "Add")}
            suggestions={offered.filter((one) => !labels.includes(one.value))}
            isClosed={isClosed ?? false}
            onAdd={add}
            onBack={() => focusTag(box.current, labels.at(-1) ?? null)}
          />
        ) : (
          labels.length === 0 && <span className="labels-field__none">None</span>
        )}
      </div>
    </FieldFrame>
  );
}

/** Adds labels, or gives them back to whoever typed them; says whether they could be written at all. */
function addLabels(
  { session, path }: FieldPlace,
  labels: readonly string[],
  fresh: readonly string[],
  nameOf: (word: string) => string,
): boolean {
  const mine = fresh.map(nameOf).join(", ");
  shareOrGiveBack(session, path, { before: null, mine }, () => setField(session, path, [...labels, ...fresh]));
  return session.getState().mayWrite;
}

interface TagProps {
  word: string;
  name: string;
  isFirst: boolean;
  isLast: boolean;
  isFixed: boolean;
  onMove: (word: string, by: -1 | 1) => void;
  onRemove: (word: string) => void;
  /** Focus goes to the neighbour. */
  onGo: (by: -1 | 1) => void;
}

function Tag({ word, name, isFirst, isLast, isFixed, onMove, onRemove, onGo }: TagProps) {
  if (isFixed) return <li className="labels-field__tag labels-field__tag--fixed">{name}</li>;
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : null;
    if (by !== null && event.altKey) onMove(word, by);
    else if (by !== null) onGo(by);
    else if (event.key === "Backspace" || event.key === "Delete") onRemove(word);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // The keys are for the buttons inside: the list item itself is never focused.
    <li className="labels-field__tag" data-word={word} onKeyDownCapture={onKeyDown}>
      <Menu
        label={name}
        trigger={
          <Button tone="quiet" size="small" className="labels-field__word">
            {name}
          </Button>
        }
        actions={[
          {
            id: "left",
            name: "Move left",
            keys: "Alt+Left",
            icon: <ArrowLeft size={16} aria-hidden />,
            isDisabled: isFirst,
            onAction: () => onMove(word, -1),
          },
          {
            id: "right",
            name: "Move right",
            keys: "Alt+Right",
            icon: <ArrowRight size={16} aria-hidden />,
            isDisabled: isLast,
            onAction: () => onMove(word, 1),
          },
          {
            id: "remove",
            name: "Remove",
            keys: "Backspace",
            startsGroup: true,
            icon: <Trash2 size={16} aria-hidden />,
            onAction: () => onRemove(word),
          },
        ]}
      />
      <IconButton
        label={`Remove ${name}`}
        size="small"
        className="labels-field__remove"
        icon={<X size={14} aria-hidden />}
        excludeFromTabOrder
        onPress={() => onRemove(word)}
      />
    </li>
  );
}

/** After the list was drawn anew: focus on a tag, or on the input. */
function focusTag(box: HTMLElement | null, word: string | null): void {
  requestAnimationFrame(() => {
    const tag = word === null ? null : box?.querySelector<HTMLElement>(`[data-word="${CSS.escape(word)}"] button`);
    (tag ?? box?.querySelector("input"))?.focus();
  });
}
