// The words of the take, following the sound: the line that is sung stands out and stays in view.
import { useCallback, useEffect, useRef } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { classes } from "../ui/classes";
import { clock } from "../ui/words";
import { lineAt, type FollowedSection, type Line } from "./follow";
import type { Player, PlayerState } from "./player";
import { useTime } from "./use-player";
import "./lyrics-panel.css";

/** How long after somebody scrolled themselves the words wait before they follow again. */
const HANDS_OFF_MS = 4000;

export interface LyricsPanelProps {
  player: Player;
  state: PlayerState;
  sections: readonly FollowedSection[];
  kinds: ReadonlyMap<string, string>;
  /** What to know about these words; null: they are the song's. */
  notice: string | null;
}

export function LyricsPanel({ player, state, sections, kinds, notice }: LyricsPanelProps) {
  const see = useCallback(
    (time_s: number) => sections.findIndex((section) => time_s >= section.start_s && time_s < section.end_s),
    [sections],
  );
  const current = useTime(player, see);
  const follow = useFollowing(state.phase === "playing");
  return (
    <section className="lyrics" aria-labelledby="lyrics-heading" ref={follow}>
      <h2 id="lyrics-heading" className="visually-hidden">
        Lyrics
      </h2>
      {notice !== null && <p className="lyrics__notice">{notice}</p>}
      {sections.map((section, index) => (
        <Section
          key={`${index}-${section.id}`}
          player={player}
          section={section}
          kind={kinds.get(section.id) ?? "verse"}
          isCurrent={index === current}
        />
      ))}
    </section>
  );
}

interface SectionProps {
  player: Player;
  section: FollowedSection;
  kind: string;
  isCurrent: boolean;
}

function Section({ player, section, kind, isCurrent }: SectionProps) {
  const see = useCallback((time_s: number) => (isCurrent ? lineAt(section, time_s) : -1), [section, isCurrent]);
  const currentLine = useTime(player, see);
  const isTimed = section.lines.some((line) => line.start_s !== null);
  return (
    <div
      className={classes("lyrics__section", isCurrent && "lyrics__section--current")}
      style={{ "--section-colour": `var(--kind-${kind})` } as React.CSSProperties}
      {...(isCurrent ? { "data-current": "" } : {})}
    >
      <h3 className="lyrics__heading">
        <AriaButton
          className="lyrics__go"
          {...(isCurrent ? { "aria-current": "true" as const } : {})}
          onPress={() => player.seek(section.start_s)}
          preventFocusOnPress
        >
          {section.name}
          <span className="lyrics__start">{clock(section.start_s)}</span>
        </AriaButton>
      </h3>
      {section.lines.map((line, index) => (
        <LineOfSong
          key={index}
          player={player}
          line={line}
          isCurrent={isCurrent && index === currentLine}
          isUnsung={isTimed && line.start_s === null}
        />
      ))}
    </div>
  );
}

interface LineProps {
  player: Player;
  line: Line;
  isCurrent: boolean;
  /** A direction such as "[softly]", or a line that found no room. */
  isUnsung: boolean;
}

function LineOfSong({ player, line, isCurrent, isUnsung }: LineProps) {
  const see = useCallback(
    (time_s: number) =>
      isCurrent ? line.stretches.findLastIndex(({ start_s }) => start_s !== null && start_s <= time_s) : -1,
    [line, isCurrent],
  );
  const sungTo = useTime(player, see);
  return (
    <p
      className={classes("lyrics__line", isCurrent && "lyrics__line--current", isUnsung && "lyrics__line--unsung")}
      {...(isCurrent ? { "data-line": "" } : {})}
    >
      {sungTo >= 0 && <span className="lyrics__sung">{textOf(line.stretches.slice(0, sungTo + 1))}</span>}
      {textOf(line.stretches.slice(sungTo + 1))}
    </p>
  );
}

function textOf(stretches: Line["stretches"]): string {
  return stretches.map((stretch) => stretch.text).join("");
}

/** Scrolls the panel to the line that is sung, while it plays and nobody else scrolls it. */
function useFollowing(isPlaying: boolean): (panel: HTMLElement | null) => void {
  const panel = useRef<HTMLElement | null>(null);
  const handsOffUntil = useRef(0);
  const last = useRef<Element | null>(null);
  useEffect(() => {
    const element = panel.current;
    if (element === null || !isPlaying) return undefined;
    const touched = () => void (handsOffUntil.current = performance.now() + HANDS_OFF_MS);
    const follow = () => {
      const target = element.querySelector("[data-line]") ?? element.querySelector("[data-current] > :first-child");
      if (target === null || target === last.current || performance.now() < handsOffUntil.current) return;
      last.current = target;
      scrollToMiddle(element, target);
    };
    const changes = new MutationObserver(follow);
    changes.observe(element, { subtree: true, attributeFilter: ["data-line", "data-current"] });
    const TOUCHES = ["wheel", "touchmove", "keydown"] as const;
    TOUCHES.forEach((type) => element.addEventListener(type, touched, { passive: true }));
    follow();
    return () => {
      changes.disconnect();
      TOUCHES.forEach((type) => element.removeEventListener(type, touched));
    };
  }, [isPlaying]);
  return useCallback((element) => void (panel.current = element), []);
}

/** Only the panel scrolls: `scrollIntoView` would move the page under whoever reads elsewhere. */
function scrollToMiddle(panel: HTMLElement, target: Element): void {
  if (panel.scrollHeight <= panel.clientHeight) return;
  const above = target.getBoundingClientRect().top - panel.getBoundingClientRect().top + panel.scrollTop;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  panel.scrollTo({ top: above - panel.clientHeight * 0.38, behavior: isCalm ? "auto" : "smooth" });
}
