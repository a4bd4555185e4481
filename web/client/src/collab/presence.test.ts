// Who is here: from what everybody announces and what the studio says about them.
import { afterEach, describe, expect, it, vi } from "vitest";
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { Presence, readPerson } from "./presence";
import { setKind } from "./shape";

const opened: Awareness[] = [];

afterEach(() => opened.splice(0).forEach((awareness) => awareness.destroy()));

function tab() {
  const doc = new Y.Doc();
  setKind(doc, "song");
  const awareness = new Awareness(doc);
  opened.push(awareness);
  return { doc, awareness, presence: new Presence(doc, awareness) };
}

type Tab = ReturnType<typeof tab>;

/** Lets `to` hear what `from` announces, with the person the studio writes into it. */
function hear(to: Tab, from: Tab, person: object): void {
  const state = { ...from.awareness.getLocalState(), person };
  from.awareness.states.set(from.doc.clientID, state);
  applyAwarenessUpdate(to.awareness, encodeAwarenessUpdate(from.awareness, [from.doc.clientID]), "wire");
}

const ADA = { id: "ada", name: "Ada", colour: 0 };
const BEN = { id: "ben", name: "Ben", colour: 1 };

describe("presence", () => {
  it("lists everybody, this tab first, and who is in a field", () => {
    const [mine, mineToo, bens] = [tab(), tab(), tab()];
    mine.presence.recognise(ADA);
    mine.presence.announce("/title");
    mineToo.presence.announce("/bpm");
    bens.presence.announce("/title");
    hear(mine, mineToo, ADA);
    hear(mine, bens, BEN);
    expect(mine.presence.people().map(({ name, field, isMe, isThisTab }) => [name, field, isMe, isThisTab])).toEqual([
      ["Ada", "/title", true, true],
      ["Ada", "/bpm", true, false],
      ["Ben", "/title", false, false],
    ]);
    expect(mine.presence.peopleAt("/title").map((person) => person.name)).toEqual(["Ben"]);
    expect(mine.presence.peopleAt("/bpm")).toBe(mine.presence.peopleAt("/bpm"));
    expect(mine.presence.peopleAt("/key")).toBe(mine.presence.peopleAt("/mode"));
  });

  it("shows nobody who has no name from the studio, whatever they claim", () => {
    const [mine, other] = [tab(), tab()];
    hear(mine, other, { id: "x", name: 7 });
    expect(mine.presence.people()).toEqual([]);
  });

  it("tells those who show people nothing of cursors that move", () => {
    const [mine, bens] = [tab(), tab()];
    bens.doc.getText("producer_notes").insert(0, "some words");
    Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(bens.doc));
    bens.presence.announceCursor("/producer_notes", 5, 10);
    hear(mine, bens, BEN);
    const [people, cursors] = [vi.fn(), vi.fn()];
    mine.presence.subscribe(people);
    mine.presence.subscribeCursors(cursors);
    bens.presence.announceCursor("/producer_notes", 0, 4);
    hear(mine, bens, BEN);
    expect(people).not.toHaveBeenCalled();
    expect(cursors).toHaveBeenCalledOnce();
    mine.doc.getText("producer_notes").insert(0, "quite ");
    expect(mine.presence.cursorsAt("/producer_notes").map(({ anchor, head }) => [anchor, head])).toEqual([[6, 10]]);
    expect(mine.presence.cursorsAt("/title")).toEqual([]);
  });

  it.each([
    ["at the end", 10],
    ["in the middle", 4],
  ])("says nothing new while one types %s: others see the caret pushed along by the words", (_, start) => {
    const [mine, bens] = [tab(), tab()];
    const text = bens.doc.getText("producer_notes");
    text.insert(0, "some words");
    bens.presence.announceCursor("/producer_notes", start, start);
    const said = vi.fn();
    bens.awareness.on("update", said);
    for (const [index, key] of ["a", "b", "c"].entries()) {
      text.insert(start + index, key);
      bens.presence.announceCursor("/producer_notes", start + index + 1, start + index + 1);
    }
    expect(said).not.toHaveBeenCalled();
    Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(bens.doc));
    hear(mine, bens, BEN);
    expect(mine.doc.getText("producer_notes").length).toBe(13);
    expect(mine.presence.cursorsAt("/producer_notes").map(({ head }) => head)).toEqual([start + 3]);
    bens.presence.announceCursor("/producer_notes", 1, 1);
    expect(said).toHaveBeenCalledOnce();
  });

  it("ignores cursors that are none", () => {
    const [mine, other] = [tab(), tab()];
    for (const cursor of [7, { place: "/producer_notes", anchor: "x", head: null }, { place: "/nowhere/0" }]) {
      other.awareness.setLocalState({ cursor });
      hear(mine, other, BEN);
      expect(mine.presence.cursorsAt("/producer_notes")).toEqual([]);
    }
  });

  it("announces again under a newer clock, even when nothing has changed", () => {
    const mine = tab();
    mine.presence.announce("/title");
    const clock = () => mine.awareness.meta.get(mine.doc.clientID)?.clock ?? -1;
    const before = clock();
    mine.presence.announce("/title");
    expect(clock()).toBe(before);
    mine.presence.announceAgain();
    expect(clock()).toBe(before + 1);
  });

  it("comes back with its field after the page had taken its state away", () => {
    const mine = tab();
    mine.presence.announce("/title");
    mine.awareness.setLocalState(null);
    mine.presence.announceAgain();
    expect(mine.awareness.getLocalState()).toEqual({ field: "/title" });
  });

  it("reads who this tab is from what the studio sends back", () => {
    const mine = tab();
    mine.awareness.setLocalState({ field: null, person: ADA });
    const body = encodeAwarenessUpdate(mine.awareness, [mine.doc.clientID]);
    expect(readPerson(body, mine.doc.clientID)).toEqual(ADA);
    expect(readPerson(body, 12)).toBeNull();
  });
});
