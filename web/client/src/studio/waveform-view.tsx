// The waveform of the track: a slider one clicks, drags or moves with the arrow keys, under the names of its sections.
import {
  useCallback,
  useEffect,
  useRef,
  useState,
  type HTMLAttributes,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
} from "react";
import { spokenTime } from "./format";
import { sectionAt } from "./follow";
import type { Player, PlayerState } from "./player";
import { SectionStrip } from "./section-strip";
import { useTime } from "./use-player";
import { fractionAt, timeAt, type Outline } from "./waveform";
import { WaveformPainter } from "./waveform-painter";
import { clock } from "../ui/words";
import "./waveform-view.css";

/** Seconds of one press of an arrow key, and with Shift. */
const STEP_S = 5;
const STEP_FINE_S = 1;

export interface WaveformViewProps {
  player: Player;
  state: PlayerState;
  /** Null: there is none, or it is still being loaded. */
  outline: Outline | null;
  /** The kind of each section by its id, for its colour. */
  kinds: ReadonlyMap<string, string>;
}

export function WaveformView({ player, state, outline, kinds }: WaveformViewProps) {
  const [pointed_s, setPointed] = useState<number | null>(null);
  const isDragging = useRef(false);
  const canvas = usePicture(player, state, outline, pointed_s);
  const duration_s = player.duration_s;
  const timeOf = (event: PointerEvent<HTMLElement>) => {
    const place = event.currentTarget.getBoundingClientRect();
    return timeAt(event.clientX - place.left, place.width, duration_s);
  };
  const leave = () => {
    isDragging.current = false;
    setPointed(null);
  };
  const pointing = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      isDragging.current = true;
      setPointed(timeOf(event));
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (isDragging.current || event.pointerType === "mouse") setPointed(timeOf(event));
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      if (isDragging.current) player.seek(timeOf(event));
      isDragging.current = false;
      if (event.pointerType !== "mouse") setPointed(null);
    },
    onPointerCancel: leave,
    onPointerLeave: () => {
      if (!isDragging.current) leave();
    },
  };
  return (
    <div className="waveform">
      <SectionStrip player={player} state={state} kinds={kinds} />
      <Seeker player={player} state={state} pointing={pointing}>
        <canvas ref={canvas} className="waveform__canvas" aria-hidden />
        {pointed_s !== null && (
          <span
            className="waveform__pointed"
            style={{ left: `${fractionAt(pointed_s, duration_s) * 100}%` }}
            aria-hidden
          >
            {clock(pointed_s)}
          </span>
        )}
      </Seeker>
    </div>
  );
}

interface SeekerProps {
  player: Player;
  state: PlayerState;
  pointing: HTMLAttributes<HTMLElement>;
  children: ReactNode;
}

/** The slider around the picture: what keys and screen readers use. */
function Seeker({ player, state, pointing, children }: SeekerProps) {
  const duration_s = player.duration_s;
  const place_s = useSaidPlace(player, state);
  const section = sectionAt(state.track?.sections ?? [], place_s);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const move = moveOf(event);
    if (move === null) return;
    event.preventDefault();
    move(player);
  };
  return (
    <div
      className="waveform__seeker"
      role="slider"
      tabIndex={0}
      aria-label="Place in the take"
      aria-valuemin={0}
      aria-valuemax={Math.floor(duration_s)}
      aria-valuenow={Math.min(place_s, Math.floor(duration_s))}
      aria-valuetext={`${spokenTime(place_s)} of ${spokenTime(duration_s)}${section === null ? "" : `, ${section.name}`}`}
      onKeyDown={onKeyDown}
      {...pointing}
    >
      {children}
    </div>
  );
}

/**
 * The second a screen reader is told. It stands still while a section plays: a slider that changes is read out, and the
 * voice would speak over the song.
 */
function useSaidPlace(player: Player, state: PlayerState): number {
  const { track, phase } = state;
  const said = useRef<{ key: string; second: number }>({ key: "", second: 0 });
  const see = useCallback(
    (time_s: number) => {
      const section = sectionAt(track?.sections ?? [], time_s);
      const key = [track?.id, phase === "playing", section?.id, player.moves].join(" ");
      if (key !== said.current.key || phase !== "playing") said.current = { key, second: Math.floor(time_s) };
      return said.current.second;
    },
    [player, track, phase],
  );
  return useTime(player, see);
}

function moveOf(event: KeyboardEvent): ((player: Player) => void) | null {
  const step = event.shiftKey ? STEP_FINE_S : STEP_S;
  switch (event.key) {
    case "ArrowLeft":
    case "ArrowDown":
      return (player) => player.seekBy(-step);
    case "ArrowRight":
    case "ArrowUp":
      return (player) => player.seekBy(step);
    case "PageUp":
      return (player) => player.seekSection(1);
    case "PageDown":
      return (player) => player.seekSection(-1);
    case "Home":
      return (player) => player.seek(0);
    case "End":
      return (player) => player.seek(player.duration_s);
    default:
      return null;
  }
}

/** Keeps the canvas drawn: at every frame while it plays, and when its size, the theme or the outline change. */
function usePicture(player: Player, state: PlayerState, outline: Outline | null, pointed_s: number | null) {
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const painter = useRef<WaveformPainter | null>(null);
  const { loop } = state;
  const draw = useCallback(() => {
    painter.current?.draw({ outline, duration_s: player.duration_s, time_s: player.time_s, loop, pointed_s });
  }, [player, outline, loop, pointed_s]);
  const latest = useRef(draw);
  useEffect(() => {
    latest.current = draw;
    draw();
    return player.subscribeTime(draw);
  }, [player, draw]);
  useEffect(() => {
    if (canvas === null) return undefined;
    const own = new WaveformPainter(canvas);
    painter.current = own;
    const stop = watchLook(canvas, (isTheme) => {
      if (isTheme) own.forgetColours();
      else own.resize(canvas.clientWidth, canvas.clientHeight, devicePixelRatio);
      latest.current();
    });
    return () => {
      stop();
      painter.current = null;
    };
  }, [canvas]);
  return setCanvas;
}

/** Tells when the size of an element or the theme changes, and of its size at once. Returns how to stop. */
function watchLook(element: HTMLElement, onChange: (isTheme: boolean) => void): () => void {
  const sizes = new ResizeObserver(() => onChange(false));
  sizes.observe(element);
  const onTheme = () => onChange(true);
  const themes = new MutationObserver(onTheme);
  themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", onTheme);
  return () => {
    sizes.disconnect();
    themes.disconnect();
    system.removeEventListener("change", onTheme);
  };
}
