// The sections of the track above its waveform: where each begins, which one sounds, and a button that loops it.
import { Repeat } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { classes } from "../ui/classes";
import { clock } from "../ui/words";
import { sectionAt } from "./follow";
import type { Player, PlayerState, Stretch } from "./player";
import { useTime } from "./use-player";
import { fractionAt } from "./waveform";
import "./section-strip.css";

/** Narrower sections are marks only: a target must have 24 pixels (WCAG 2.5.8), and `L` loops them too. */
const TARGET_PX_MIN = 24;
/** Narrower ones show no name, but a screen reader says it. */
const NAME_PX_MIN = 40;

export interface SectionStripProps {
  player: Player;
  state: PlayerState;
  kinds: ReadonlyMap<string, string>;
}

export function SectionStrip({ player, state, kinds }: SectionStripProps) {
  const sections = state.track?.sections ?? NONE;
  const [width, setWidth] = useWidth();
  const see = useCallback((time_s: number) => sectionAt(sections, time_s)?.id ?? null, [sections]);
  const soundingId = useTime(player, see);
  if (sections.length === 0) return null;
  return (
    <div className="section-strip" role="group" aria-label="Sections; press one to loop it" ref={setWidth}>
      {sections.map((section, index) => (
        <Section
          // An engine may play one section of the song twice.
          key={`${index}-${section.id}`}
          section={section}
          duration_s={player.duration_s}
          strip_px={width}
          kind={kinds.get(section.id) ?? "verse"}
          isSounding={section.id === soundingId}
          isLooped={state.loop?.start_s === section.start_s}
          onLoop={(isOn) => player.setLoop(isOn ? section : null)}
        />
      ))}
    </div>
  );
}

interface SectionProps {
  section: Stretch;
  duration_s: number;
  strip_px: number;
  kind: string;
  isSounding: boolean;
  isLooped: boolean;
  onLoop: (isOn: boolean) => void;
}

function Section({ section, duration_s, strip_px, kind, isSounding, isLooped, onLoop }: SectionProps) {
  const from = fractionAt(section.start_s, duration_s);
  const share = fractionAt(section.end_s, duration_s) - from;
  const width = share * strip_px;
  const place = {
    left: `${from * 100}%`,
    width: `calc(${share * 100}% - 1px)`,
    "--section-colour": `var(--kind-${kind})`,
  };
  const names = classes("section-strip__section", isSounding && "section-strip__section--sounding");
  if (width < TARGET_PX_MIN) return <span className={names} style={place} aria-hidden />;
  return (
    <ToggleButton
      className={names}
      style={place}
      isSelected={isLooped}
      onChange={onLoop}
      preventFocusOnPress
      aria-label={`Loop ${section.name}, ${clock(section.start_s)} to ${clock(section.end_s)}`}
    >
      {width >= NAME_PX_MIN && <span className="section-strip__name">{section.name}</span>}
      {isLooped && width >= NAME_PX_MIN + 24 && <Repeat size={12} aria-hidden />}
    </ToggleButton>
  );
}

/** The width of an element, kept up to date. */
function useWidth(): [number, (element: HTMLElement | null) => void] {
  const [width, setWidth] = useState(0);
  const observer = useRef<ResizeObserver | null>(null);
  const ref = useCallback((element: HTMLElement | null) => {
    observer.current?.disconnect();
    if (element === null) return;
    observer.current = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.current.observe(element);
  }, []);
  return [width, ref];
}

const NONE: readonly Stretch[] = [];
