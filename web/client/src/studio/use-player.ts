// The player of this page for components: its state, its time, and an audio element that goes with the page.
import { useCallback, useEffect, useLayoutEffect, useState, useSyncExternalStore } from "react";
import { Player, type EveryFrame, type PlayerState } from "./player";

const VOLUME_KEY = "counterpoint:volume";

/** One player, as long as the component is there. */
export function usePlayer(): Player {
  const [player] = useState(() => {
    const audio = new Audio();
    audio.volume = storedVolume();
    return new Player(audio, everyFrame);
  });
  // Before a take is loaded into it, which happens as soon as the page is there.
  useLayoutEffect(() => player.attach(), [player]);
  useEffect(() => player.subscribe(() => storeVolume(player.getState().volume)), [player]);
  return player;
}

export function usePlayerState(player: Player): PlayerState {
  return useSyncExternalStore(player.subscribe, player.getState);
}

/** What a component makes of the time; it is drawn again only when that changes. Give a stable function. */
export function useTime<Seen extends string | number | boolean | null>(
  player: Player,
  see: (time_s: number) => Seen,
): Seen {
  const read = useCallback(() => see(player.time_s), [player, see]);
  return useSyncExternalStore(player.subscribeTime, read);
}

const everyFrame: EveryFrame = (callback) => {
  let handle = requestAnimationFrame(function frame() {
    callback();
    handle = requestAnimationFrame(frame);
  });
  return () => cancelAnimationFrame(handle);
};

function storedVolume(): number {
  try {
    const stored = Number(localStorage.getItem(VOLUME_KEY) ?? "1");
    return stored >= 0 && stored <= 1 ? stored : 1;
  } catch {
    // Storage may be forbidden: then every page begins at full volume.
    return 1;
  }
}

function storeVolume(volume: number): void {
  try {
    localStorage.setItem(VOLUME_KEY, String(volume));
  } catch {
    // As above.
  }
}
