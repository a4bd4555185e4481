// An audio element for tests: silent, obedient, and as fast as the test wants.
import type { AudioElement } from "./player";

export class FakeAudio extends EventTarget implements AudioElement {
  src = "";
  currentTime = 0;
  duration = NaN;
  error: MediaError | null = null;
  readyState = 0;
  preload: AudioElement["preload"] = "";
  isPlaying = false;
  loads = 0;
  private level = 1;
  private isMuted = false;
  /** What `play()` answers; set to refuse. */
  refusal: DOMException | null = null;

  get volume(): number {
    return this.level;
  }

  set volume(value: number) {
    this.level = value;
    this.dispatchEvent(new Event("volumechange"));
  }

  get muted(): boolean {
    return this.isMuted;
  }

  set muted(value: boolean) {
    this.isMuted = value;
    this.dispatchEvent(new Event("volumechange"));
  }

  load(): void {
    this.loads += 1;
    this.readyState = 0;
    this.currentTime = 0;
    this.duration = NaN;
    this.error = null;
    this.isPlaying = false;
  }

  play(): Promise<void> {
    if (this.refusal !== null) return Promise.reject(this.refusal);
    this.isPlaying = true;
    if (this.readyState > 0) this.dispatchEvent(new Event("playing"));
    return Promise.resolve();
  }

  pause(): void {
    if (!this.isPlaying) return;
    this.isPlaying = false;
    this.dispatchEvent(new Event("pause"));
  }

  removeAttribute(name: string): void {
    if (name === "src") this.src = "";
  }

  /** The browser has read how long it is, and begins if it was asked to play. */
  becomeReady(duration: number): void {
    this.readyState = 4;
    this.duration = duration;
    this.dispatchEvent(new Event("loadedmetadata"));
    if (this.isPlaying) this.dispatchEvent(new Event("playing"));
  }

  reach(time: number): void {
    this.currentTime = time;
    this.dispatchEvent(new Event("timeupdate"));
  }

  end(): void {
    this.currentTime = this.duration;
    this.isPlaying = false;
    this.dispatchEvent(new Event("pause"));
    this.dispatchEvent(new Event("ended"));
  }

  /** 2: the network; 3 and 4: it cannot be decoded. */
  break(code: number): void {
    this.error = { code } as MediaError;
    this.isPlaying = false;
    this.dispatchEvent(new Event("error"));
  }
}
