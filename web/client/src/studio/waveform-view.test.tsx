// The slider says where one is when one moves or another section begins, not at every second of the song.
import { act, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { FakeAudio } from "./fake-audio";
import { Player } from "./player";
import { usePlayerState } from "./use-player";
import { WaveformView } from "./waveform-view";

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe = () => undefined;
      disconnect = () => undefined;
    },
  );
  vi.stubGlobal("matchMedia", () => ({ addEventListener: () => undefined, removeEventListener: () => undefined }));
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
});

function Shown({ player }: { player: Player }) {
  return <WaveformView player={player} state={usePlayerState(player)} outline={null} kinds={new Map()} />;
}

test("what a screen reader is told stands still while a section plays, and follows moves and sections", () => {
  const audio = new FakeAudio();
  const player = new Player(audio, () => () => undefined);
  player.attach();
  player.load({
    id: "1",
    title: "Take 1",
    sources: ["/1.flac"],
    duration_s: 30,
    sections: [
      { id: "verse", name: "Verse", start_s: 0, end_s: 10 },
      { id: "chorus", name: "Chorus", start_s: 10, end_s: 20 },
    ],
  });
  render(<Shown player={player} />);
  act(() => {
    player.play();
    audio.becomeReady(30);
  });
  const told = () => screen.getByRole("slider").getAttribute("aria-valuetext");
  const first = told();
  expect(first).toContain("Verse");
  for (let second = 1; second < 10; second++) {
    act(() => audio.reach(second));
    expect(told()).toBe(first);
  }
  act(() => audio.reach(10.2));
  expect(told()).toContain("Chorus");
  expect(screen.getByRole("slider").getAttribute("aria-valuenow")).toBe("10");
  act(() => player.seek(15));
  expect(screen.getByRole("slider").getAttribute("aria-valuenow")).toBe("15");
  act(() => audio.reach(17));
  expect(screen.getByRole("slider").getAttribute("aria-valuenow")).toBe("15");
  act(() => player.pause());
  expect(screen.getByRole("slider").getAttribute("aria-valuenow")).toBe("17");
});
