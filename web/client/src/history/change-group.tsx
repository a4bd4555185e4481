// What changed in one part of the document: in its facts, its style, or one section.
import { ArrowDown, ArrowUp, Filter, Minus, Plus, UserRoundPen } from "lucide-react";
import { useState } from "react";
import { Chip } from "../ui/chip";
import { IconButton } from "../ui/button";
import { counted, figure } from "../ui/words";
import { AuthorMark } from "./author-mark";
import { BlameView } from "./blame-view";
import type { ChangeGroup, PlacedChange } from "./change-groups";
import { EntryContent } from "./entry-content";
import type { Change } from "./requests";
import { TextChange, type Layout } from "./text-change";
import { authorsIn, wordCounts } from "./text-lines";
import { LabelsChange, ValueChange } from "./values";
import "./change-group.css";

export interface GroupViewProps {
  group: ChangeGroup;
  documentId: string;
  /** The version on the newer side; null: now. */
  at: number | null;
  layout: Layout;
  /** What would be, not what is: nobody can be asked who wrote it. */
  isPlan?: boolean;
  /** Shows only sittings that changed what is at this path. */
  onShowOnly: ((path: string) => void) | null;
}

export function GroupView({ group, onShowOnly, ...rest }: GroupViewProps) {
  const { key, name, sectionKind, came, went, moved, changes } = group;
  const author = came?.author ?? went?.author ?? moved?.author ?? null;
  return (
    <section className="change-group" aria-labelledby={`group-${key}`} data-kind={sectionKind}>
      <header className="change-group__head">
        <h3 id={`group-${key}`} className="change-group__name">
          {name}
        </h3>
        {came !== null && (
          <Chip tone="success" icon={<Plus size={13} aria-hidden />}>
            Added
          </Chip>
        )}
        {went !== null && (
          <Chip tone="danger" icon={<Minus size={13} aria-hidden />}>
            Removed
          </Chip>
        )}
        {moved !== null && <Moved change={moved} />}
        <span className="change-group__tools">
          {author !== null && <AuthorMark author={author} />}
          {key !== "" && onShowOnly !== null && <ShowOnly name={name} onPress={() => onShowOnly(key)} />}
        </span>
      </header>
      {came !== null && <EntryContent entry={came.new} listPath={key} how="insert" />}
      {went !== null && <EntryContent entry={went.old} listPath={key} how="delete" />}
      {changes.map((placed) => (
        <OneChange key={placed.change.path} placed={placed} onShowOnly={onShowOnly} {...rest} />
      ))}
    </section>
  );
}

function Moved({ change }: { change: Change }) {
  const [from, to] = [Number(change.old) + 1, Number(change.new) + 1];
  const Arrow = to < from ? ArrowUp : ArrowDown;
  return (
    <Chip tone="accent" icon={<Arrow size={13} aria-hidden />}>
      Moved from place {from} to {to}
    </Chip>
  );
}

type OneChangeProps = Omit<GroupViewProps, "group"> & { placed: PlacedChange };

function OneChange({ placed: { change, place }, onShowOnly, ...rest }: OneChangeProps) {
  const name = place.field ?? place.group.name;
  if (change.change === "text") return <TextBlock change={change} name={name} onShowOnly={onShowOnly} {...rest} />;
  return (
    <div className="field-change">
      <span className="field-change__name">{name}</span>
      <span className="field-change__value">
        {isLabels(change.old) && isLabels(change.new) ? (
          <LabelsChange old={change.old} fresh={change.new} />
        ) : (
          <ValueChange old={change.old} fresh={change.new} field={name} how={place.how} />
        )}
      </span>
      <span className="change-group__tools">
        {change.author !== null && <AuthorMark author={change.author} />}
        {onShowOnly !== null && <ShowOnly name={name} onPress={() => onShowOnly(change.path)} />}
      </span>
    </div>
  );
}

/** A text: what changed in it, or who wrote which of its words. */
function TextBlock({
  change,
  name,
  documentId,
  at,
  layout,
  isPlan = false,
  onShowOnly,
}: Omit<OneChangeProps, "placed"> & { change: Change; name: string }) {
  const [isBlame, setBlame] = useState(false);
  const isLyrics = name === "Lyrics";
  const { inserted, deleted } = wordCounts(change.spans);
  const people = authorsIn(change.spans);
  return (
    <div className="text-block">
      <div className="text-block__head">
        <h4 className="text-block__name">{name}</h4>
        <span className="text-block__counts">
          {inserted > 0 && <span className="text-block__in">+{inserted}</span>}
          {deleted > 0 && <span className="text-block__out">−{deleted}</span>}
          <span className="visually-hidden">
            {counted(inserted, "word")} inserted, {figure(deleted)} deleted
          </span>
          <span aria-hidden>{inserted + deleted === 1 ? "word" : "words"}</span>
        </span>
        <span className="change-group__tools">
          {change.new !== "" && people.length > 0 && !isPlan && (
            <IconButton
              label={isBlame ? `Show what changed in ${name}` : `Who wrote this: ${name}`}
              size="small"
              className="text-block__blame"
              aria-pressed={isBlame}
              icon={<UserRoundPen size={15} aria-hidden />}
              onPress={() => setBlame(!isBlame)}
            />
          )}
          {onShowOnly !== null && <ShowOnly name={name} onPress={() => onShowOnly(change.path)} />}
        </span>
      </div>
      {isBlame ? (
        <BlameView documentId={documentId} path={change.path} at={at} isLyrics={isLyrics} />
      ) : (
        <TextChange spans={change.spans} layout={layout} isLyrics={isLyrics} />
      )}
    </div>
  );
}

function ShowOnly({ name, onPress }: { name: string; onPress: () => void }) {
  return (
    <IconButton
      label={`Only sittings that changed ${name}`}
      size="small"
      icon={<Filter size={14} aria-hidden />}
      onPress={onPress}
    />
  );
}

function isLabels(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((label) => typeof label === "string");
}
