// The player keeps what people want through loading, switching, gaps, failures and loops.
import { beforeEach, expect, test, vi } from "vitest";
import { FakeAudio } from "./fake-audio";
import { Player, type Track } from "./player";

const verse = { id: "verse", name: "Verse", start_s: 0, end_s: 10 };
const chorus = { id: "chorus", name: "Chorus", start_s: 10, end_s: 20 };

function track(id: string, change: Partial<Track> = {}): Track {
  return {
    id,
    title: `Take ${id}`,
    sources: [`/${id}.flac`, `/${id}.wav`],
    duration_s: 30,
    sections: [verse, chorus],
    ...change,
  };
}

let audio: FakeAudio;
let player: Player;
let frames: (() => void)[];
let leave: () => void;

beforeEach(() => {
  audio = new FakeAudio();
  frames = [];
  player = new Player(audio, (callback) => {
    frames.push(callback);
    return () => void frames.splice(frames.indexOf(callback), 1);
  });
  leave = player.attach();
});

function phase(): string {
  return player.getState().phase;
}

function playing(id = "1"): void {
  player.load(track(id));
  player.play();
  audio.becomeReady(30);
}

test("nothing plays before a take is loaded, and pressing play is no mistake", () => {
  player.toggle();
  player.seek(5);
  expect(phase()).toBe("idle");
  expect(audio.isPlaying).toBe(false);
});

test("play, pause and play again", () => {
  playing();
  expect(phase()).toBe("playing");
  player.toggle();
  expect(phase()).toBe("paused");
  player.toggle();
  expect(phase()).toBe("playing");
});

test("frames run only while it plays", () => {
  playing();
  expect(frames).toHaveLength(1);
  player.pause();
  expect(frames).toHaveLength(0);
});

test("switching takes keeps the place and goes on playing", () => {
  playing("1");
  audio.reach(12.5);
  player.load(track("2"));
  expect(player.time_s).toBe(12.5);
  expect(player.getState().wantsToPlay).toBe(true);
  player.play();
  audio.becomeReady(30);
  expect(audio.src).toBe("/2.flac");
  expect(audio.currentTime).toBe(12.5);
  expect(phase()).toBe("playing");
});

test("switching while paused stays paused", () => {
  playing("1");
  audio.reach(4);
  player.pause();
  player.load(track("2"));
  audio.becomeReady(30);
  expect(phase()).toBe("paused");
  expect(audio.currentTime).toBe(4);
  expect(audio.isPlaying).toBe(false);
});

test("switching to a shorter take stays within it", () => {
  playing("1");
  audio.reach(25);
  player.load(track("2", { duration_s: 8 }));
  audio.becomeReady(8);
  expect(audio.currentTime).toBeLessThanOrEqual(8);
});

test("the same take again changes nothing that plays", () => {
  playing("1");
  audio.reach(3);
  const { loads } = audio;
  player.load(track("1"));
  expect(audio.loads).toBe(loads);
  expect(audio.currentTime).toBe(3);
});

test("a place chosen while it loads is where it begins", () => {
  player.load(track("1"));
  player.seek(17);
  expect(player.time_s).toBe(17);
  audio.becomeReady(30);
  expect(audio.currentTime).toBe(17);
});

test("seeking stays within the take", () => {
  playing();
  player.seek(-3);
  expect(audio.currentTime).toBe(0);
  player.seekBy(500);
  expect(audio.currentTime).toBe(30);
});

test("a loop begins again at its end", () => {
  playing();
  player.setLoop(chorus);
  expect(audio.currentTime).toBe(10);
  audio.currentTime = 19.99;
  frames[0]?.();
  expect(audio.currentTime).toBe(10);
});

test("a loop that reaches the end of the take goes round too", () => {
  playing();
  player.setLoop({ id: "last", name: "Last", start_s: 20, end_s: 30 });
  audio.end();
  expect(audio.currentTime).toBe(20);
  expect(phase()).toBe("playing");
});

test("L loops the section that sounds, and lets go of it", () => {
  playing();
  audio.reach(12);
  player.toggleLoop();
  expect(player.getState().loop).toEqual(chorus);
  expect(audio.currentTime).toBe(12);
  player.toggleLoop();
  expect(player.getState().loop).toBeNull();
});

test("going outside a loop ends it; going about inside does not", () => {
  playing();
  player.setLoop(chorus);
  player.seek(15);
  expect(player.getState().loop).toEqual(chorus);
  player.seek(3);
  expect(player.getState().loop).toBeNull();
});

test("a loop follows to the same section of another take", () => {
  playing("1");
  player.setLoop(chorus);
  const longer = { ...chorus, start_s: 12, end_s: 24 };
  player.load(track("2", { sections: [verse, longer] }));
  expect(player.getState().loop).toEqual(longer);
  player.load(track("3", { sections: [verse] }));
  expect(player.getState().loop).toBeNull();
});

test("the next section, this one again, the one before", () => {
  playing();
  player.seekSection(1);
  expect(audio.currentTime).toBe(10);
  audio.reach(15);
  player.seekSection(-1);
  expect(audio.currentTime).toBe(10);
  audio.reach(11);
  player.seekSection(-1);
  expect(audio.currentTime).toBe(0);
});

test("after the end, play begins at the beginning", () => {
  playing();
  audio.end();
  expect(phase()).toBe("paused");
  expect(player.getState().wantsToPlay).toBe(false);
  player.play();
  expect(audio.currentTime).toBe(0);
  expect(phase()).toBe("playing");
});

test("a gap in the network shows, and ends by itself", () => {
  playing();
  audio.dispatchEvent(new Event("waiting"));
  expect(phase()).toBe("waiting");
  expect(player.getState().wantsToPlay).toBe(true);
  audio.dispatchEvent(new Event("playing"));
  expect(phase()).toBe("playing");
});

test("a lost connection is said, and Retry goes on at the same place", () => {
  playing();
  audio.reach(7);
  audio.break(2);
  expect(phase()).toBe("failed");
  expect(player.getState().problem).toContain("connection");
  player.play();
  expect(phase()).toBe("loading");
  audio.becomeReady(30);
  expect(audio.currentTime).toBe(7);
  expect(phase()).toBe("playing");
});

test("a format that cannot be played gives way to the next; after the last it is said", () => {
  player.load(track("1"));
  audio.break(4);
  expect(audio.src).toBe("/1.wav");
  expect(phase()).toBe("loading");
  audio.break(4);
  expect(phase()).toBe("failed");
  expect(player.getState().problem).toContain("cannot play");
});

test("a browser that refuses to begin by itself leaves it paused, not broken", async () => {
  player.load(track("1"));
  audio.becomeReady(30);
  audio.refusal = new DOMException("no gesture", "NotAllowedError");
  player.play();
  await Promise.resolve();
  await Promise.resolve();
  expect(player.getState().wantsToPlay).toBe(false);
  expect(phase()).toBe("paused");
});

test("volume and muting are the element's own; a new volume ends muting", () => {
  player.toggleMuted();
  expect(player.getState().isMuted).toBe(true);
  player.setVolume(0.4);
  expect(player.getState()).toMatchObject({ isMuted: false, volume: 0.4 });
});

test("leaving the page stops the sound and hears nothing more", () => {
  const detach = new Player(audio, () => () => undefined).attach();
  detach();
  playing();
  const listener = vi.fn();
  const second = new Player(audio, () => () => undefined);
  const stop = second.attach();
  second.load(track("9"));
  second.play();
  audio.becomeReady(30);
  stop();
  expect(audio.isPlaying).toBe(false);
  second.subscribe(listener);
  audio.dispatchEvent(new Event("playing"));
  expect(listener).not.toHaveBeenCalled();
});

test("unloading leaves nothing behind", () => {
  playing();
  player.setLoop(chorus);
  player.unload();
  expect(player.getState()).toMatchObject({ track: null, phase: "idle", loop: null, wantsToPlay: false });
  expect(audio.isPlaying).toBe(false);
  expect(audio.src).toBe("");
});

test("leaving the page ends the sound, the frames and the download", () => {
  playing();
  const loads = audio.loads;
  leave();
  expect(audio.isPlaying).toBe(false);
  expect(audio.src).toBe("");
  expect(audio.loads).toBe(loads + 1);
  expect(frames).toHaveLength(0);
  expect(phase()).toBe("idle");
});

test("a place chosen after the file was read, but before the player was told, is kept", () => {
  player.load(track("1"));
  audio.readyState = 1;
  player.seekBy(1);
  player.seekBy(1);
  expect(player.time_s).toBe(2);
  audio.becomeReady(30);
  expect(player.time_s).toBe(2);
  expect(audio.currentTime).toBe(2);
});
