// One take in the list: what it is, who made it from what, and what can be done with it.
import { Download as DownloadIcon, MoreHorizontal, Pause, Play, SlidersHorizontal, Trash2 } from "lucide-react";
import { Button as AriaButton } from "react-aria-components/Button";
import { IconButton } from "../ui/button";
import { Chip } from "../ui/chip";
import { classes } from "../ui/classes";
import { Menu, type MenuAction } from "../ui/menu";
import { exactly } from "../ui/moments";
import { clock } from "../ui/words";
import { DownloadMenu } from "./download-menu";
import { Fold } from "./fold";
import { ago, decimal, sentence } from "./format";
import type { Download, NumberedTake } from "./takes";
import { useNow } from "./use-now";
import "./take-row.css";

export interface TakeRowProps {
  take: NumberedTake;
  /** Who asked for it; null: nobody here knows. */
  requester: string | null;
  /** What was chosen for it, in words; null: nothing. */
  choices: string | null;
  /** Whether the song was edited after it. */
  isOutdated: boolean;
  /** Whether the player holds it, and whether it plays there. */
  isLoaded: boolean;
  isPlaying: boolean;
  downloads: readonly Download[];
  onPlay: () => void;
  /** Null: this person may not. */
  onReuse: (() => void) | null;
  onDelete: (() => void) | null;
}

export function TakeRow(props: TakeRowProps) {
  const { take, isLoaded, isPlaying, isOutdated, downloads, onPlay } = props;
  const name = `Take ${take.number}`;
  return (
    <li
      className={classes("take", isLoaded && "take--loaded")}
      {...(isLoaded ? { "aria-current": "true" as const } : {})}
    >
      <AriaButton
        className="take__play"
        aria-label={isPlaying ? `Pause ${name}` : `Play ${name}`}
        onPress={onPlay}
        preventFocusOnPress
      >
        {isPlaying ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden className="player__triangle" />}
      </AriaButton>
      <div className="take__words">
        <p className="take__title">
          <span className="take__name">{name}</span>
          <span className="take__length">{clock(take.duration_s)}</span>
          {isOutdated && <Chip className="take__mark">Song changed since</Chip>}
        </p>
        <Facts {...props} />
        {take.notes.length > 0 && <Notes notes={take.notes} />}
      </div>
      <div className="take__actions">
        <DownloadMenu
          downloads={downloads}
          label={`Download ${name}`}
          trigger={<IconButton label={`Download ${name}`} size="small" icon={<DownloadIcon size={16} aria-hidden />} />}
        />
        <More {...props} name={name} />
      </div>
    </li>
  );
}

function Facts({ take, requester, choices }: TakeRowProps) {
  const now = useNow(30_000);
  const loudness = take.loudness["integrated_lufs"];
  return (
    <>
      <p className="take__facts">
        <time dateTime={take.created_at} title={exactly(new Date(take.created_at))}>
          {ago(take.created_at, now)}
        </time>
        {requester !== null && `, ${requester}`}
        {` · position ${take.document_position}`}
      </p>
      <p className="take__facts">
        {[
          `${take.engine} ${take.engine_version}`,
          `seed ${take.seed}`,
          loudness === undefined ? null : `${decimal(loudness)} LUFS`,
        ]
          .filter((fact) => fact !== null)
          .join(" · ")}
      </p>
      {choices !== null && <p className="take__facts take__choices">{choices}</p>}
    </>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  return (
    <Fold className="take__notes" name={`What the engine guessed (${notes.length})`}>
      <ul>
        {notes.map((note) => (
          <li key={note}>{sentence(note)}</li>
        ))}
      </ul>
    </Fold>
  );
}

function More({ name, onReuse, onDelete }: TakeRowProps & { name: string }) {
  const actions: MenuAction[] = [];
  if (onReuse !== null)
    actions.push({
      id: "reuse",
      name: "Use its settings and seed",
      icon: <SlidersHorizontal aria-hidden />,
      onAction: onReuse,
    });
  if (onDelete !== null)
    actions.push({ id: "delete", name: "Delete", tone: "danger", icon: <Trash2 aria-hidden />, onAction: onDelete });
  if (actions.length === 0) return null;
  return (
    <Menu
      label={`More about ${name}`}
      trigger={<IconButton label={`More about ${name}`} size="small" icon={<MoreHorizontal size={16} aria-hidden />} />}
      actions={actions}
    />
  );
}
