// One entry of the timeline: a sitting, a merge, a version somebody named, something brought back, decided or said.
import {
  ArrowUpRight,
  EllipsisVertical,
  Flag,
  GitMerge,
  GitPullRequestArrow,
  History,
  MessageSquare,
} from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { Avatar } from "../ui/avatar";
import { IconButton } from "../ui/button";
import { classes } from "../ui/classes";
import { Menu } from "../ui/menu";
import type { PersonOf } from "../api/use-people";
import { capitalised } from "../ui/words";
import { isComparable, type Comparable } from "./comparison";
import type { Merge, Moment, Revert, Sitting, Version } from "./requests";
import { inWords, momentInWords, revertInWords, spanOf, type Entry } from "./timeline-entries";
import "./timeline-entry.css";

export interface EntryCommands {
  /** Null: this person may not. */
  removeName: ((version: Version) => void) | null;
}

export interface TimelineEntryProps {
  entry: Entry;
  authorOf: PersonOf;
  isSelected: boolean;
  isTabStop: boolean;
  onSelect: (entry: Comparable) => void;
  /** Where a merge or a moment leads. */
  addressOf: (about: Merge | Moment) => string;
  onFocus: () => void;
  commands: EntryCommands;
}

export function TimelineEntry({
  entry,
  authorOf,
  isSelected,
  isTabStop,
  onSelect,
  addressOf,
  onFocus,
  commands,
}: TimelineEntryProps) {
  if (!isComparable(entry))
    return (
      <li className="timeline-entry timeline-entry--moment">
        <Link
          href={addressOf(entry.moment)}
          data-entry={entry.key}
          className="timeline-entry__button"
          tabIndex={isTabStop ? 0 : -1}
          onFocus={onFocus}
        >
          <SaidWords about={entry.moment} authorOf={authorOf} sign={SIGNS[entry.moment.kind]} />
        </Link>
      </li>
    );
  return (
    <li className={classes("timeline-entry", `timeline-entry--${entry.type}`)}>
      <button
        type="button"
        data-entry={entry.key}
        className="timeline-entry__button"
        aria-current={isSelected ? "true" : undefined}
        tabIndex={isTabStop ? 0 : -1}
        onClick={() => onSelect(entry)}
        onFocus={onFocus}
      >
        {entry.type === "sitting" && <SittingWords sitting={entry.sitting} authorOf={authorOf} />}
        {entry.type === "version" && <VersionWords version={entry.version} authorOf={authorOf} />}
        {entry.type === "revert" && <RevertWords revert={entry.revert} authorOf={authorOf} />}
        {entry.type === "merge" && <SaidWords about={entry.merge} authorOf={authorOf} sign={SIGNS.merge} />}
      </button>
      {entry.type === "merge" && (
        <Link
          href={addressOf(entry.merge)}
          className="timeline-entry__more timeline-entry__lead"
          aria-label={`Branch ${entry.merge.branch_name} and its review`}
        >
          <ArrowUpRight size={16} aria-hidden />
        </Link>
      )}
      {entry.type === "version" && commands.removeName !== null && (
        <VersionMenu version={entry.version} onRemove={commands.removeName} />
      )}
    </li>
  );
}

function SittingWords({ sitting, authorOf }: { sitting: Sitting; authorOf: PersonOf }) {
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

function VersionWords({ version, authorOf }: { version: Version; authorOf: PersonOf }) {
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

const SIGNS = {
  merge: <GitMerge size={15} />,
  review: <GitPullRequestArrow size={14} />,
  comment: <MessageSquare size={13} />,
} as const;

interface SaidWordsProps {
  about: Merge | Moment;
  authorOf: PersonOf;
  sign: ReactNode;
}

/** Who it was and what they did, in one line as the studio says it. */
function SaidWords({ about, authorOf, sign }: SaidWordsProps) {
  return (
    <>
      <span aria-hidden className="timeline-entry__sign">
        {sign}
      </span>
      <span className="timeline-entry__words">
        <span className="timeline-entry__said">
          <span className="timeline-entry__name">{authorOf(about.person_id).name}</span> {inWords(about)}
        </span>
        <time className="timeline-entry__time" dateTime={about.at}>
          {momentInWords(about.at, new Date())}
        </time>
      </span>
    </>
  );
}

function RevertWords({ revert, authorOf }: { revert: Revert; authorOf: PersonOf }) {
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
