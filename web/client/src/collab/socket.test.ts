// The tab's socket: it comes back by itself, ever more patiently, and notices a network that fell silent.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BackOff } from "./back-off";
import { FakeWebSocket } from "./fakes";
import { TabSocket } from "./socket";

let socket: TabSocket;

beforeEach(() => {
  vi.useFakeTimers();
  FakeWebSocket.all.length = 0;
  socket = new TabSocket({
    url: "ws://studio/collab?person=ada",
    WebSocket: FakeWebSocket as unknown as new (url: string) => WebSocket,
    random: () => 1,
  });
});

afterEach(() => {
  socket.destroy();
  vi.useRealTimers();
});

async function passed(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

describe("back-off", () => {
  it("doubles up to half a minute, and draws any pause up to that", () => {
    const most = new BackOff(() => 1);
    expect(Array.from({ length: 9 }, () => most.next())).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ]);
    expect(new BackOff(() => 0).next()).toBe(0);
  });

  it("forgets failures only after a connection that lasted", () => {
    const backOff = new BackOff(() => 1);
    backOff.next();
    backOff.next();
    backOff.lasted(9_999);
    expect(backOff.next()).toBe(2000);
    backOff.lasted(10_000);
    expect(backOff.next()).toBe(500);
  });
});

describe("the tab's socket", () => {
  it("connects when it is started, not before, and to the person's own address", async () => {
    await passed(60_000);
    expect(FakeWebSocket.all).toHaveLength(0);
    socket.start();
    await passed(0);
    expect(FakeWebSocket.last.url).toBe("ws://studio/collab?person=ada");
  });

  it("waits longer each time a studio accepts and fails at once: no storm", async () => {
    socket.start();
    await passed(0);
    for (let round = 0; round < 8; round++) {
      const count = FakeWebSocket.all.length;
      FakeWebSocket.last.open();
      FakeWebSocket.last.say(10);
      FakeWebSocket.last.end(1013);
      const pause = Math.min(30_000, 500 * 2 ** round);
      await passed(pause - 1);
      expect(FakeWebSocket.all, `round ${round}`).toHaveLength(count);
      await passed(1);
      expect(FakeWebSocket.all).toHaveLength(count + 1);
    }
  });

  it("waits longer each time nobody answers at all, and gives a silent attempt up", async () => {
    socket.start();
    await passed(10_000);
    expect(socket.isPausing).toBe(true);
    await passed(500);
    expect(FakeWebSocket.all).toHaveLength(2);
    FakeWebSocket.last.end();
    await passed(999);
    expect(FakeWebSocket.all).toHaveLength(2);
    await passed(1);
    expect(FakeWebSocket.all).toHaveLength(3);
  });

  it("tries at once when the browser is online again or the tab is looked at", async () => {
    socket.start();
    await passed(0);
    for (let round = 0; round < 5; round++) {
      FakeWebSocket.last.end();
      await passed(30_000);
    }
    FakeWebSocket.last.end();
    const count = FakeWebSocket.all.length;
    window.dispatchEvent(new Event("online"));
    await passed(0);
    expect(FakeWebSocket.all).toHaveLength(count + 1);
    FakeWebSocket.last.end();
    document.dispatchEvent(new Event("visibilitychange"));
    await passed(0);
    expect(FakeWebSocket.all).toHaveLength(count + 2);
  });

  it("drops its connection when the browser goes offline, and goes on trying: the studio may be on this machine", async () => {
    socket.start();
    await passed(0);
    FakeWebSocket.last.open();
    FakeWebSocket.last.say(10);
    window.dispatchEvent(new Event("offline"));
    expect(socket.status).toBe("disconnected");
    expect(FakeWebSocket.last.readyState).toBe(3);
    await passed(500);
    expect(FakeWebSocket.all).toHaveLength(2);
  });

  it("asks a silent studio whether it is there, and leaves it when no answer comes", async () => {
    socket.start();
    await passed(0);
    FakeWebSocket.last.open();
    FakeWebSocket.last.say(10);
    await passed(25_000);
    expect(FakeWebSocket.last.sent.map((frame) => [...frame])).toEqual([[9]]);
    FakeWebSocket.last.say(10);
    await passed(20_000);
    expect(socket.status).toBe("connected");
    await passed(15_000);
    expect(FakeWebSocket.all.length).toBeGreaterThan(1);
  });

  it("queues nothing for a later socket", async () => {
    socket.send(new Uint8Array([1, 2, 3]));
    socket.start();
    await passed(0);
    FakeWebSocket.last.open();
    FakeWebSocket.last.say(10);
    expect(FakeWebSocket.last.sent).toEqual([]);
  });

  it("leaves the studio alone until it is started again", async () => {
    socket.start();
    await passed(0);
    FakeWebSocket.last.open();
    socket.rest();
    await passed(120_000);
    expect(FakeWebSocket.all).toHaveLength(1);
    socket.start();
    await passed(0);
    expect(FakeWebSocket.all).toHaveLength(2);
  });
});
