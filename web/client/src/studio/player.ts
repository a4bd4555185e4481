// Plays one take at a time through one audio element: what people want (play, this place, this loop) survives loading,
// a change of take, a gap in the network and a failed file.
import { clamp } from "./waveform";

/** What can be played. */
export interface Track {
  id: string;
  title: string;
  /** Addresses of the same sound, the best first: the next one is tried when one cannot be played. */
  sources: readonly string[];
  duration_s: number;
  sections: readonly Stretch[];
}

/** A stretch of a track with a name. */
export interface Stretch {
  id: string;
  name: string;
  start_s: number;
  end_s: number;
}

export type Phase = "idle" | "loading" | "paused" | "playing" | "waiting" | "failed";

/** What changes seldom; the time has its own subscription. */
export interface PlayerState {
  track: Track | null;
  phase: Phase;
  /** Whether it plays or will as soon as it can. */
  wantsToPlay: boolean;
  loop: Stretch | null;
  volume: number;
  isMuted: boolean;
  /** One sentence; null: nothing is wrong. */
  problem: string | null;
}

/** The part of HTMLAudioElement that is used; tests bring their own. */
export type AudioElement = Pick<
  HTMLAudioElement,
  | "src"
  | "currentTime"
  | "duration"
  | "volume"
  | "muted"
  | "error"
  | "readyState"
  | "preload"
  | "play"
  | "pause"
  | "load"
> &
  Pick<HTMLAudioElement, "addEventListener" | "removeEventListener" | "removeAttribute">;

/** Calls back at every frame until stopped; `requestAnimationFrame` in a browser. */
export type EveryFrame = (callback: () => void) => () => void;

/** Seconds before a loop's end at which it begins again: a frame comes every 17 ms. */
const LOOP_SLACK_S = 0.02;
/** Seconds from a section's start within which "the section before" means the one before it. */
const AGAIN_WITHIN_S = 2;

const UNREACHABLE = "The audio stopped loading. Check your connection, then try again.";
const UNPLAYABLE = "This browser cannot play the audio of this take. Try again, or download it.";

export class Player {
  private state: PlayerState = {
    track: null,
    phase: "idle",
    wantsToPlay: false,
    loop: null,
    volume: 1,
    isMuted: false,
    problem: null,
  };
  private readonly stateListeners = new Set<() => void>();
  private readonly timeListeners = new Set<() => void>();
  /** Where to go once the element knows its track; null: it is there. */
  private wantedTime_s: number | null = null;
  private sourceIndex = 0;
  private stopFrames: (() => void) | null = null;
  private moveCount = 0;

  constructor(
    private readonly audio: AudioElement,
    private readonly everyFrame: EveryFrame,
  ) {
    audio.preload = "metadata";
    this.state = { ...this.state, volume: audio.volume, isMuted: audio.muted };
  }

  readonly getState = (): PlayerState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  };

  /** Calls the listener whenever the time may have changed: every frame while it plays. */
  readonly subscribeTime = (listener: () => void): (() => void) => {
    this.timeListeners.add(listener);
    return () => this.timeListeners.delete(listener);
  };

  /** Seconds into the track: where it is, or where it will be once it has loaded. */
  get time_s(): number {
    return this.wantedTime_s ?? this.audio.currentTime;
  }

  /** How often somebody went elsewhere: tells a move from time that passes. */
  get moves(): number {
    return this.moveCount;
  }

  get duration_s(): number {
    const { duration } = this.audio;
    return Number.isFinite(duration) && duration > 0 ? duration : (this.state.track?.duration_s ?? 0);
  }

  /** Listens to the element; returns how to stop, which also ends the sound and its download. */
  attach(): () => void {
    const handlers = this.handlers();
    for (const [type, handler] of handlers) this.audio.addEventListener(type, handler);
    return () => {
      for (const [type, handler] of handlers) this.audio.removeEventListener(type, handler);
      this.unload();
    };
  }

  /** Takes another track, or the same with more known about it; the place in the song and what one wants stay. */
  load(track: Track): void {
    const isSame = this.state.track?.id === track.id;
    const loop = track.sections.find((section) => section.id === this.state.loop?.id) ?? null;
    if (isSame) {
      this.set({ track, loop });
      return;
    }
    this.wantedTime_s = clamp(this.time_s, 0, Math.max(0, track.duration_s - 0.05));
    this.sourceIndex = 0;
    this.set({ track, loop });
    this.open();
  }

  /** Lets go of the track. */
  unload(): void {
    this.wantedTime_s = null;
    this.set({ track: null, phase: "idle", wantsToPlay: false, loop: null, problem: null });
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  play(): void {
    if (this.state.track === null) return;
    this.set({ wantsToPlay: true });
    if (this.state.phase === "failed") {
      this.retry();
      return;
    }
    if (this.isAtEnd()) this.goTo(this.state.loop?.start_s ?? 0);
    this.start();
  }

  pause(): void {
    this.set({ wantsToPlay: false });
    this.audio.pause();
  }

  toggle(): void {
    if (this.state.wantsToPlay) this.pause();
    else this.play();
  }

  /** Goes to a second. A place outside the loop ends the loop: one wants to be there, not where one was. */
  seek(time_s: number): void {
    if (this.state.track === null) return;
    const target = clamp(time_s, 0, this.duration_s);
    const { loop } = this.state;
    if (loop !== null && (target < loop.start_s || target >= loop.end_s)) this.set({ loop: null });
    this.goTo(target);
  }

  seekBy(seconds: number): void {
    this.seek(this.time_s + seconds);
  }

  /** Goes to the start of the next section, or of this one, or of the one before when this one has just begun. */
  seekSection(direction: 1 | -1): void {
    const starts = this.state.track?.sections.map((section) => section.start_s) ?? [];
    const target =
      direction === 1
        ? starts.find((start) => start > this.time_s + 0.05)
        : starts.findLast((start) => start < this.time_s - AGAIN_WITHIN_S);
    this.seek(target ?? (direction === 1 ? this.duration_s : 0));
  }

  /** Plays a section again and again; null: on to the end. Begins at its start unless it is there already. */
  setLoop(loop: Stretch | null): void {
    this.set({ loop });
    if (loop !== null && (this.time_s < loop.start_s || this.time_s >= loop.end_s)) this.goTo(loop.start_s);
  }

  /** Loops the section that sounds now, or ends the loop. */
  toggleLoop(): void {
    if (this.state.loop !== null) {
      this.setLoop(null);
      return;
    }
    const here = this.state.track?.sections.find(({ start_s, end_s }) => this.time_s >= start_s && this.time_s < end_s);
    if (here !== undefined) this.setLoop(here);
  }

  /** 0 to 1; any volume but none ends muting. */
  setVolume(volume: number): void {
    this.audio.volume = clamp(volume, 0, 1);
    this.audio.muted = false;
  }

  toggleMuted(): void {
    this.audio.muted = !this.audio.muted;
  }

  /** Loads the same track again after a failure, at the same place. */
  retry(): void {
    if (this.state.track === null) return;
    this.wantedTime_s = this.time_s;
    this.sourceIndex = 0;
    this.open();
  }

  private open(): void {
    const source = this.state.track?.sources[this.sourceIndex];
    if (source === undefined) {
      this.fail(UNPLAYABLE);
      return;
    }
    this.set({ phase: "loading", problem: null });
    this.audio.src = source;
    this.audio.load();
    if (this.state.wantsToPlay) this.start();
  }

  private start(): void {
    // What it rejects with is told by events too: an error, a pause, or the load of another track.
    this.audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.pause();
    });
  }

  private goTo(time_s: number): void {
    this.moveCount += 1;
    // Until it has been told that it is loaded, the element is sent to the place that is wanted then.
    if (this.wantedTime_s !== null || this.audio.readyState === 0) this.wantedTime_s = time_s;
    else this.audio.currentTime = time_s;
    this.tellTime();
  }

  private isAtEnd(): boolean {
    return this.state.phase === "paused" && this.duration_s > 0 && this.time_s >= this.duration_s - 0.05;
  }

  private handlers(): [type: string, handler: () => void][] {
    return [
      ["loadedmetadata", () => this.onLoaded()],
      ["playing", () => this.set({ phase: "playing" })],
      ["waiting", () => this.set({ phase: "waiting" })],
      ["pause", () => this.onPaused()],
      ["ended", () => this.onEnded()],
      ["error", () => this.onError()],
      ["timeupdate", () => this.onTime()],
      ["seeked", () => this.tellTime()],
      ["durationchange", () => this.tellTime()],
      ["volumechange", () => this.set({ volume: this.audio.volume, isMuted: this.audio.muted })],
    ];
  }

  private onLoaded(): void {
    if (this.wantedTime_s !== null) this.audio.currentTime = Math.min(this.wantedTime_s, this.duration_s);
    this.wantedTime_s = null;
    this.set({ phase: this.state.wantsToPlay ? "waiting" : "paused", problem: null });
    this.tellTime();
  }

  private onPaused(): void {
    // A change of track pauses too; then loading goes on.
    if (this.state.phase === "playing" || this.state.phase === "waiting")
      this.set({ phase: "paused", wantsToPlay: this.wantsMore() });
  }

  /** Whether a pause is the element's own, at the end of a loop that reaches the end of the take. */
  private wantsMore(): boolean {
    return this.state.wantsToPlay && this.state.loop !== null && this.audio.currentTime >= this.duration_s - 0.05;
  }

  private onEnded(): void {
    const { loop, wantsToPlay } = this.state;
    if (loop === null || !wantsToPlay) {
      this.set({ phase: "paused", wantsToPlay: false });
      return;
    }
    this.audio.currentTime = loop.start_s;
    this.start();
  }

  private onError(): void {
    if (this.state.track === null) return;
    const NETWORK = 2;
    if (this.audio.error?.code === NETWORK) {
      this.fail(UNREACHABLE);
      return;
    }
    this.sourceIndex += 1;
    this.wantedTime_s = this.time_s;
    this.open();
  }

  private fail(problem: string): void {
    this.wantedTime_s = this.time_s;
    this.set({ phase: "failed", wantsToPlay: false, problem });
  }

  private onTime(): void {
    const { loop } = this.state;
    const time_s = this.audio.currentTime;
    // Well behind the end it was left on purpose, or the browser slept: going on is better than a jump out of nowhere.
    if (loop !== null && time_s >= loop.end_s - LOOP_SLACK_S && time_s < loop.end_s + 1)
      this.audio.currentTime = loop.start_s;
    this.tellTime();
  }

  private tellTime(): void {
    this.timeListeners.forEach((listener) => listener());
  }

  private set(change: Partial<PlayerState>): void {
    const names = Object.keys(change) as (keyof PlayerState)[];
    if (names.every((name) => this.state[name] === change[name])) return;
    this.state = { ...this.state, ...change };
    this.setFrames(this.state.phase === "playing");
    this.stateListeners.forEach((listener) => listener());
  }

  private setFrames(isOn: boolean): void {
    if (isOn) this.stopFrames ??= this.everyFrame(() => this.onTime());
    else {
      this.stopFrames?.();
      this.stopFrames = null;
    }
  }
}
