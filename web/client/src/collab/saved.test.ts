// The Saved chip's truth: never zero while something is not durable, never more than zero when all is.
import { describe, expect, it } from "vitest";
import { SavedLedger } from "./saved";

const A = "a place";
const B = "another place";

describe("what is saved", () => {
  it("counts changes in one place within a second as one edit, others apart", () => {
    const ledger = new SavedLedger();
    ledger.changed(A, 0);
    ledger.changed(A, 900);
    ledger.changed(A, 1800);
    expect(ledger.unsaved).toBe(1);
    ledger.changed(B, 1900);
    expect(ledger.unsaved).toBe(2);
    ledger.changed(B, 5000);
    expect(ledger.unsaved).toBe(3);
  });

  it("matches answers to frames, first in, first out", () => {
    const ledger = new SavedLedger();
    const [one, two] = [ledger.changed(A, 0), ledger.changed(B, 1)];
    ledger.sentChange(one, 0);
    ledger.sentChange(two, 0);
    ledger.answered(true);
    expect(ledger.unsaved).toBe(1);
    ledger.answered(true);
    expect(ledger.unsaved).toBe(0);
  });

  it("keeps five offline edits unsaved when an answer is about something else", () => {
    const ledger = new SavedLedger();
    for (let index = 0; index < 5; index++) ledger.changed(index, index);
    const online = ledger.changed("online", 10);
    ledger.sentChange(online, 0);
    ledger.answered(true);
    expect(ledger.unsaved).toBe(5);
  });

  it("takes everything that was there when everything was sent, and nothing later", () => {
    const ledger = new SavedLedger();
    ledger.adopted(3);
    ledger.changed(A, 0);
    ledger.sentEverything(0);
    ledger.changed(B, 1);
    expect(ledger.unsaved).toBe(5);
    ledger.answered(true);
    expect(ledger.unsaved).toBe(1);
  });

  it("forgets what a dead socket carried", () => {
    const ledger = new SavedLedger();
    ledger.sentChange(ledger.changed(A, 0), 0);
    ledger.disconnected();
    ledger.sentEverything(0);
    ledger.changed(B, 5);
    expect(ledger.isWaiting).toBe(true);
    ledger.answered(true);
    expect(ledger.unsaved).toBe(1);
    expect(ledger.isWaiting).toBe(false);
  });

  it("does not call refused words saved, nor believe answers nobody asked for", () => {
    const ledger = new SavedLedger();
    ledger.sentChange(ledger.changed(A, 0), 0);
    ledger.answered(false);
    expect(ledger.unsaved).toBe(1);
    ledger.answered(true);
    expect(ledger.unsaved).toBe(1);
  });

  it("starts a new edit when the last one in that place is durable", () => {
    const ledger = new SavedLedger();
    ledger.sentChange(ledger.changed(A, 0), 0);
    ledger.answered(true);
    ledger.changed(A, 100);
    expect(ledger.unsaved).toBe(1);
  });

  it("agrees with a plain model over random histories", () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = randomFrom(seed);
    const ledger = new SavedLedger();
    let unsaved = new Set<number>();
    let frames: Set<number>[] = [];
    let number = 0;
    for (let step = 0; step < 3000; step++) {
      const dice = random();
      if (dice < 0.4) {
        number += 1;
        // Every change a place of its own, so that edits are changes.
        expect(ledger.changed(number, step)).toBe(number);
        unsaved.add(number);
        if (random() < 0.7) {
          ledger.sentChange(number, 0);
          frames.push(new Set([number]));
        }
      } else if (dice < 0.5) {
        ledger.sentEverything(0);
        frames.push(new Set(unsaved));
      } else if (dice < 0.55) {
        ledger.disconnected();
        frames = [];
      } else {
        const isDurable = random() < 0.95;
        const frame = frames.shift();
        ledger.answered(isDurable);
        if (isDurable && frame) unsaved = new Set([...unsaved].filter((one) => !frame.has(one)));
      }
      expect(ledger.unsaved, `seed ${seed}, step ${step}`).toBe(unsaved.size);
    }
  });
});

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
