// Above the comparison: what is compared with what, and what one can do with that version.
import { ArrowLeft, ArrowLeftRight, Flag, GitBranchPlus, GitMerge, Link2, RotateCcw, Undo2 } from "lucide-react";
import { Link } from "wouter";
import { Avatar } from "../ui/avatar";
import { Button, IconButton } from "../ui/button";
import { Menu, type MenuAction } from "../ui/menu";
import type { PersonOf } from "../api/use-people";
import type { Comparison } from "./comparison";
import { capitalised } from "../ui/words";
import type { Merge } from "./requests";
import { dayName, revertInWords, spanOf } from "./timeline-entries";
import "./comparison-head.css";

export interface ComparisonHeadProps {
  comparison: Comparison;
  authorOf: PersonOf;
  /** What the older side and the newer side are called. */
  names: { from: string; to: string };
  bases: MenuAction[];
  /** Null: this person may not. */
  commands: {
    name: () => void;
    restore: (() => void) | null;
    undo: (() => void) | null;
    branch: (() => void) | null;
  } | null;
  /** Where the review of a merged branch is. */
  reviewAddress: (merge: Merge) => string;
  onCopyLink: () => void;
  /** On phones: back to the timeline. */
  onBack: () => void;
}

export function ComparisonHead(props: ComparisonHeadProps) {
  const { comparison, authorOf, names, bases, commands, reviewAddress, onCopyLink, onBack } = props;
  return (
    <header className="comparison-head">
      <Button
        size="small"
        tone="quiet"
        className="comparison-head__back"
        icon={<ArrowLeft size={16} aria-hidden />}
        onPress={onBack}
      >
        Timeline
      </Button>
      <div className="comparison-head__about">
        <Subject {...{ comparison, authorOf, names, reviewAddress }} />
        <p className="comparison-head__base">
          Compared with {names.from}
          <Menu
            label="Compare with"
            trigger={
              <Button size="small" tone="quiet" icon={<ArrowLeftRight size={14} aria-hidden />}>
                Compare with…
              </Button>
            }
            actions={bases}
          />
        </p>
      </div>
      <div className="comparison-head__tools">
        {commands !== null && (
          <Button icon={<Flag size={15} aria-hidden />} onPress={commands.name}>
            Name this version
          </Button>
        )}
        {commands !== null && (
          <Button
            icon={<RotateCcw size={15} aria-hidden />}
            isDisabled={commands.restore === null}
            onPress={() => commands.restore?.()}
          >
            {commands.restore === null ? "This is how it is now" : "Restore"}
          </Button>
        )}
        {typeof commands?.undo === "function" && (
          <Button icon={<Undo2 size={15} aria-hidden />} onPress={commands.undo}>
            Undo this…
          </Button>
        )}
        <span className="comparison-head__signs">
          {typeof commands?.branch === "function" && (
            <IconButton
              label="Branch from here"
              keys="B"
              icon={<GitBranchPlus size={17} aria-hidden />}
              onPress={commands.branch}
            />
          )}
          <IconButton
            label="Copy a link to this comparison"
            icon={<Link2 size={17} aria-hidden />}
            onPress={onCopyLink}
          />
        </span>
      </div>
    </header>
  );
}

function Subject({
  comparison: { entry, to },
  authorOf,
  names,
  reviewAddress,
}: Pick<ComparisonHeadProps, "comparison" | "authorOf" | "names" | "reviewAddress">) {
  if (entry?.type === "sitting") {
    const { name, colour } = authorOf(entry.sitting.person_id);
    const day = dayName(new Date(entry.sitting.ended_at), new Date());
    return (
      <h2 className="comparison-head__name">
        <span aria-hidden>
          <Avatar name={name} colour={colour} />
        </span>
        <span>
          {name}
          <small className="comparison-head__when">
            {day}, {spanOf(entry.sitting.started_at, entry.sitting.ended_at)}
          </small>
        </span>
      </h2>
    );
  }
  if (entry?.type === "version")
    return (
      <>
        <h2 className="comparison-head__name">
          <Flag size={20} aria-hidden className="comparison-head__flag" />
          {entry.version.name}
        </h2>
        {entry.version.message !== "" && <p className="comparison-head__message">{entry.version.message}</p>}
      </>
    );
  if (entry?.type === "revert")
    return (
      <h2 className="comparison-head__name">
        <RotateCcw size={20} aria-hidden className="comparison-head__flag" />
        {authorOf(entry.revert.personId).name} {revertInWords(entry.revert)}
      </h2>
    );
  if (entry?.type === "merge")
    return (
      <>
        <h2 className="comparison-head__name">
          <GitMerge size={20} aria-hidden className="comparison-head__flag" />
          {authorOf(entry.merge.person_id).name} merged {entry.merge.branch_name}
        </h2>
        <Link href={reviewAddress(entry.merge)} className="comparison-head__link">
          The branch and its review
        </Link>
      </>
    );
  return <h2 className="comparison-head__name">{to === null ? "How it is now" : capitalised(names.to)}</h2>;
}
