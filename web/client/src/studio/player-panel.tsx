// What one listens with: the waveform, play, the loop, the time, the volume and the files of the take that is loaded.
import {
  Download as DownloadIcon,
  Pause,
  Play,
  Repeat,
  RotateCcw,
  SkipBack,
  SkipForward,
  Volume2,
  VolumeX,
} from "lucide-react";
import { useCallback } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Button, IconButton } from "../ui/button";
import { classes } from "../ui/classes";
import { clock } from "../ui/words";
import { DownloadMenu } from "./download-menu";
import { sectionAt } from "./follow";
import type { Player, PlayerState } from "./player";
import { Range } from "./range";
import type { Download } from "./takes";
import { useTime } from "./use-player";
import type { Outline } from "./waveform";
import { WaveformView } from "./waveform-view";
import "./player-panel.css";

export interface PlayerPanelProps {
  player: Player;
  state: PlayerState;
  outline: Outline | null;
  kinds: ReadonlyMap<string, string>;
  downloads: readonly Download[];
}

export function PlayerPanel({ player, state, outline, kinds, downloads }: PlayerPanelProps) {
  return (
    <section className="player" aria-label="Player">
      <WaveformView player={player} state={state} outline={outline} kinds={kinds} />
      {state.phase === "failed" && <Failure player={player} problem={state.problem ?? ""} />}
      <div className="player__controls">
        <PlayButton player={player} state={state} />
        <div className="player__steps">
          <IconButton
            label="Section before"
            icon={<SkipBack size={18} aria-hidden />}
            onPress={() => player.seekSection(-1)}
            preventFocusOnPress
          />
          <IconButton
            label="Next section"
            icon={<SkipForward size={18} aria-hidden />}
            onPress={() => player.seekSection(1)}
            preventFocusOnPress
          />
          <LoopButton player={player} state={state} />
        </div>
        <Now player={player} state={state} />
        <Volume player={player} state={state} />
        <DownloadMenu
          downloads={downloads}
          label={`Download ${state.track?.title ?? ""}`}
          trigger={
            <Button className="player__download" icon={<DownloadIcon size={16} aria-hidden />}>
              Download
            </Button>
          }
        />
      </div>
    </section>
  );
}

function PlayButton({ player, state }: { player: Player; state: PlayerState }) {
  const isBusy = state.wantsToPlay && (state.phase === "loading" || state.phase === "waiting");
  return (
    <AriaButton
      className={classes("player__play", isBusy && "player__play--busy")}
      aria-label={state.wantsToPlay ? "Pause" : "Play"}
      onPress={() => player.toggle()}
      preventFocusOnPress
    >
      {state.wantsToPlay ? (
        <Pause size={22} aria-hidden />
      ) : (
        <Play size={22} aria-hidden className="player__triangle" />
      )}
    </AriaButton>
  );
}

function LoopButton({ player, state }: { player: Player; state: PlayerState }) {
  const isOn = state.loop !== null;
  return (
    <IconButton
      label={isOn ? "Stop looping" : "Loop this section"}
      keys="L"
      icon={<Repeat size={18} aria-hidden />}
      onPress={() => player.toggleLoop()}
      aria-pressed={isOn}
      className={isOn ? "player__loop--on" : ""}
      isDisabled={state.track?.sections.length === 0}
      preventFocusOnPress
    />
  );
}

/** Which take, which section, which second. */
function Now({ player, state }: { player: Player; state: PlayerState }) {
  const second = useTime(player, Math.floor);
  const sections = state.track?.sections;
  const see = useCallback((time_s: number) => sectionAt(sections ?? [], time_s)?.name ?? null, [sections]);
  const section = useTime(player, see);
  const isWaiting = state.wantsToPlay && (state.phase === "waiting" || state.phase === "loading");
  return (
    <p className="player__now">
      <span className="player__what">
        <strong>{state.track?.title}</strong>
        <span className="player__section">
          {state.loop === null ? section : `Looping ${state.loop.name}`}
          {isWaiting && <span className="player__buffering">Buffering…</span>}
        </span>
      </span>
      <span className="player__time">
        <span className="visually-hidden">Time: </span>
        {clock(second)} <span className="player__total">/ {clock(player.duration_s)}</span>
      </span>
    </p>
  );
}

function Volume({ player, state }: { player: Player; state: PlayerState }) {
  const percent = state.isMuted ? 0 : Math.round(state.volume * 100);
  return (
    <div className="player__volume">
      <IconButton
        label={state.isMuted ? "Unmute" : "Mute"}
        keys="M"
        icon={percent === 0 ? <VolumeX size={18} aria-hidden /> : <Volume2 size={18} aria-hidden />}
        onPress={() => player.toggleMuted()}
        aria-pressed={state.isMuted}
        preventFocusOnPress
      />
      <Range
        label="Volume"
        hideLabel
        value={percent}
        least={0}
        most={100}
        step={5}
        words={`${percent} %`}
        onChange={(value) => player.setVolume(value / 100)}
      />
    </div>
  );
}

function Failure({ player, problem }: { player: Player; problem: string }) {
  return (
    <div className="player__failure" role="alert">
      <p>{problem}</p>
      <Button size="small" icon={<RotateCcw size={14} aria-hidden />} onPress={() => player.play()}>
        Retry
      </Button>
    </div>
  );
}
