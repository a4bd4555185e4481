// Which take is loaded into the player, and everything that plays it: rows, keys, the keys of the system.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useActions } from "../ui/actions";
import { toasts } from "../ui/toasts";
import { isMark } from "./follow";
import type { Player, PlayerState, Track } from "./player";
import { sourcesOf, type NumberedTake } from "./takes";
import { usePlayer, usePlayerState } from "./use-player";

export interface Listening {
  player: Player;
  state: PlayerState;
  /** The take that is loaded; null: there is none. */
  take: NumberedTake | null;
  /** Plays a take from the place the one before had reached, or pauses it. */
  toggle: (take: NumberedTake) => void;
  /** Loads a take unless something plays: nobody wants their music changed under them. */
  offer: (takeId: string) => void;
}

export function useListening(takes: readonly NumberedTake[], songTitle: string): Listening {
  const player = usePlayer();
  const state = usePlayerState(player);
  const kept = useMemo(() => takes.filter((take) => take.deleted_at === null), [takes]);
  const newest = kept[0] ?? null;
  const loaded = kept.find((candidate) => candidate.id === state.track?.id) ?? null;
  // Shown before it is loaded: a page that settles a moment later moves what somebody is about to press.
  const take = loaded ?? newest;
  const deleted = takes.find(({ id, deleted_at }) => id === state.track?.id && deleted_at !== null) ?? null;
  // A take that was deleted out of the player, and is shown there again if it comes back before another one is chosen.
  const missed = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (loaded !== null) return;
    if (deleted !== null) {
      // Another one that plays on in its place would be taken for it.
      player.pause();
      missed.current = deleted.id;
      if (deleted.deleted_here !== true)
        toasts.show({ tone: "plain", text: `Take ${deleted.number} was deleted elsewhere. It is in the trash.` });
    }
    // The first visit begins with the newest; a take that was thrown away gives way to it.
    if (newest === null) player.unload();
    else player.load(trackOf(newest));
  }, [player, loaded, newest, deleted]);
  useLayoutEffect(() => {
    if (player.getState().wantsToPlay) missed.current = null;
    const back = kept.find(({ id }) => id === missed.current);
    if (back === undefined) return;
    missed.current = null;
    player.load(trackOf(back));
  }, [player, kept, state.wantsToPlay]);
  useListeningKeys(player, state, take !== null);
  useMediaSession(player, state, songTitle);
  const toggle = useCallback(
    (wanted: NumberedTake) => {
      if (wanted.id === player.getState().track?.id) {
        player.toggle();
        return;
      }
      missed.current = null;
      player.load(trackOf(wanted));
      player.play();
    },
    [player],
  );
  const offer = useCallback(
    (takeId: string) => {
      const offered = kept.find((candidate) => candidate.id === takeId);
      if (offered === undefined || player.getState().wantsToPlay) return;
      missed.current = null;
      player.load(trackOf(offered));
    },
    [player, kept],
  );
  return { player, state, take, toggle, offer };
}

/** A take as the player knows it. */
function trackOf(take: NumberedTake): Track {
  const audio = document.createElement("audio");
  return {
    id: take.id,
    title: `Take ${take.number}`,
    sources: sourcesOf(take, (type) => audio.canPlayType(type) !== ""),
    duration_s: take.duration_s,
    sections: take.sections.filter(isMark),
  };
}

function useListeningKeys(player: Player, state: PlayerState, isLoaded: boolean): void {
  const act = (id: string, name: string, keys: string, run: () => void) => ({
    id: `player-${id}`,
    name,
    keys,
    group: "Player",
    run,
  });
  useActions(
    isLoaded
      ? [
          act("toggle", state.wantsToPlay ? "Pause" : "Play", "Space", () => player.toggle()),
          act("back", "Back 5 seconds", "Left", () => player.seekBy(-5)),
          act("forward", "Forward 5 seconds", "Right", () => player.seekBy(5)),
          act("back-fine", "Back 1 second", "Shift+Left", () => player.seekBy(-1)),
          act("forward-fine", "Forward 1 second", "Shift+Right", () => player.seekBy(1)),
          act("loop", state.loop === null ? "Loop this section" : "Stop looping", "L", () => player.toggleLoop()),
          act("mute", state.isMuted ? "Unmute" : "Mute", "M", () => player.toggleMuted()),
        ]
      : [],
  );
}

/** What the lock screen shows, and what the keys of a headset or keyboard do. */
function useMediaSession(player: Player, state: PlayerState, songTitle: string): void {
  const title = state.track?.title ?? null;
  useEffect(() => {
    if (!("mediaSession" in navigator) || title === null) return undefined;
    const session = navigator.mediaSession;
    session.metadata = new MediaMetadata({ title: `${songTitle}, ${title.toLowerCase()}`, album: songTitle });
    const handlers: [MediaSessionAction, MediaSessionActionHandler][] = [
      ["play", () => player.play()],
      ["pause", () => player.pause()],
      ["seekbackward", ({ seekOffset }) => player.seekBy(-(seekOffset ?? 5))],
      ["seekforward", ({ seekOffset }) => player.seekBy(seekOffset ?? 5)],
      ["previoustrack", () => player.seekSection(-1)],
      ["nexttrack", () => player.seekSection(1)],
      ["seekto", ({ seekTime }) => seekTime !== undefined && player.seek(seekTime)],
    ];
    for (const [action, handler] of handlers) session.setActionHandler(action, handler);
    return () => {
      for (const [action] of handlers) session.setActionHandler(action, null);
      session.metadata = null;
    };
  }, [player, title, songTitle]);
  useEffect(() => {
    if ("mediaSession" in navigator) navigator.mediaSession.playbackState = state.wantsToPlay ? "playing" : "paused";
  }, [state.wantsToPlay]);
}
