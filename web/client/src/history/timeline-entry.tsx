// One entry of the timeline: a sitting, a version somebody named, or the moment something was brought back.
import { EllipsisVertical, Flag, History } from "lucide-react";
import { Avatar } from "../ui/avatar";
import { IconButton } from "../ui/button";
import { classes } from "../ui/classes";
import { Menu } from "../ui/menu";
import type { AuthorOf } from "./authors";
import type { Revert, Sitting, Version } from "./requests";
import { momentInWords, revertInWords, spanOf, type Entry } from "./timeline-entries";
import "./timeline-entry.css";

export interface EntryCommands {
  /** Null: this person may not. */
  removeName: ((version: Version) => void) | null;
}

export interface TimelineEntryProps {
  entry: Entry;
  authorOf: AuthorOf;
  isSelected: boolean;
  isTabStop: boolean;
  onSelect: () => void;
  onFocus: () => void;
  commands: EntryCommands;
}

export function TimelineEntry({
  entry,
  authorOf,
  isSelected,
  isTabStop,
  onSelect,
  onFocus,
  commands,
}: TimelineEntryProps) {
  return (
    <li className={classes("timeline-entry", `timeline-entry--${entry.type}`)}>
      <button
        type="button"
        data-entry={entry.key}
        className="timeline-entry__button"
        aria-current={isSelected ? "true" : undefined}
        tabIndex={isTabStop ? 0 : -1}
        onClick={onSelect}
        onFocus={onFocus}
      >
        {entry.type === "sitting" && <SittingWords sitting={entry.sitting} authorOf={authorOf} />}
        {entry.type === "version" && <VersionWords version={entry.version} authorOf={authorOf} />}
        {entry.type === "revert" && <RevertWords revert={entry.revert} authorOf={authorOf} />}
      </button>
      {entry.type === "version" && commands.removeName !== null && (
        <VersionMenu version={entry.version} onRemove={commands.removeName} />
      )}
    </li>
  );
}

function SittingWords({ sitting, authorOf }: { sitting: Sitting; authorOf: AuthorOf }) {
  const { name, colour, isMe } = authorOf(sitting.person_id);
  return (
    <>
      <span aria-hidden className="timeline-entry__sign">
        <Avatar name={name} colour={colour} />
      </span>
      <span className="timeline-entry__words">
        <span className="timeline-entry__head">
          <span className="timeline-entry__name">{isMe ? `${name} (you)` : name}</span>
          <time className="timeline-entry__time" dateTime={sitting.started_at}>
            {spanOf(sitting.started_at, sitting.ended_at)}
          </time>
        </span>
        <span className="timeline-entry__summary">
          {sitting.summary === "" ? "Nothing of it is left" : capitalised(sitting.summary)}
        </span>
      </span>
    </>
  );
}

function VersionWords({ version, authorOf }: { version: Version; authorOf: AuthorOf }) {
  return (
    <>
      <span aria-hidden className="timeline-entry__sign">
        <Flag size={15} />
      </span>
      <span className="timeline-entry__words">
        <span className="timeline-entry__name">
          <span className="visually-hidden">Version </span>
          {version.name}
        </span>
        {version.message !== "" && <span className="timeline-entry__message">{version.message}</span>}
        <span className="timeline-entry__time">
          Named by {authorOf(version.created_by).name} {momentInWords(version.created_at, new Date())}
        </span>
      </span>
    </>
  );
}

function RevertWords({ revert, authorOf }: { revert: Revert; authorOf: AuthorOf }) {
  return (
    <>
      <span aria-hidden className="timeline-entry__sign">
        <History size={15} />
      </span>
      <span className="timeline-entry__words">
        <span className="timeline-entry__name">
          {authorOf(revert.personId).name} {revertInWords(revert)}
        </span>
        <time className="timeline-entry__time" dateTime={revert.at}>
          {momentInWords(revert.at, new Date())}
        </time>
      </span>
    </>
  );
}

function VersionMenu({ version, onRemove }: { version: Version; onRemove: (version: Version) => void }) {
  return (
    <Menu
      label={`Version ${version.name}`}
      trigger={
        <IconButton
          label={`More for version ${version.name}`}
          size="small"
          className="timeline-entry__more"
          icon={<EllipsisVertical size={16} aria-hidden />}
        />
      }
      actions={[{ id: "remove", name: "Take the name away", onAction: () => onRemove(version) }]}
    />
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
