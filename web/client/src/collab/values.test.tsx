// Reading and changing a document by the paths of its JSON, and who is rendered again by which change.
import { act, render } from "@testing-library/react";
import { memo, Profiler } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { SessionProvider, useEntries, useField, useText } from "./context";
import type { DocumentSession } from "./document-session";
import { FIRST_STATE } from "./session-state";
import { fieldKindAt, pathAt, rootsOf, setKind, spotOf } from "./shape";
import { addEntry, entriesAt, Gone, moveEntry, removeEntry, setField, textAt, valueAt } from "./values";

const SECTIONS = ["sections"];

/** As much of a session as fields need, without a studio. */
function sessionOn(doc: Y.Doc): DocumentSession {
  const listeners = new Set<() => void>();
  const session = {
    doc,
    state: FIRST_STATE,
    getState: () => session.state,
    subscribe: (listener: () => void) => (listeners.add(listener), () => listeners.delete(listener)),
    edit: (change: () => void) => doc.transact(change, "local"),
    /** Another copy takes its place, as after a refusal. */
    replace: (other: Y.Doc) => {
      session.doc = other;
      session.state = { ...session.state, generation: session.state.generation + 1 };
      listeners.forEach((listener) => listener());
    },
  };
  return session as unknown as DocumentSession;
}

function song(): Y.Doc {
  const doc = new Y.Doc();
  setKind(doc, "song");
  return doc;
}

let doc: Y.Doc;
let session: DocumentSession;

beforeEach(() => {
  doc = song();
  session = sessionOn(doc);
});

describe("the shape of documents", () => {
  it("finds every place in the CRDT and back", () => {
    const places = [
      [["bpm"], "song", ["bpm"]],
      [["genres"], "genres", []],
      [["style", "prompt"], "style.prompt", []],
      [["style", "vocals"], "style", ["vocals"]],
      [["sections", "a", "lyrics"], "sections", ["a", "lyrics"]],
      [["producer_notes"], "producer_notes", []],
    ] as const;
    for (const [path, root, keys] of places) {
      expect(spotOf("song", path)).toEqual({ root, keys });
      expect(pathAt("song", { root, keys })).toEqual(path);
    }
    expect(spotOf("note", ["title"])).toEqual({ root: "note", keys: ["title"] });
    expect(spotOf("note", ["text"])).toEqual({ root: "text", keys: [] });
    expect(rootsOf("world").get("style_guide.palette")).toBe("map");
    expect(fieldKindAt("world", ["entities", "e", "traits"])).toBe("traits");
    expect(fieldKindAt("song", ["nonsense"])).toBeNull();
  });
});

describe("fields", () => {
  it("are set, emptied, and left alone when they say it already", () => {
    setField(session, ["bpm"], 120);
    setField(session, ["genres"], ["pop", "folk", "pop"]);
    setField(session, ["style", "prompt"], "warm");
    expect([valueAt(doc, ["bpm"]), valueAt(doc, ["genres"]), valueAt(doc, ["style", "prompt"])]).toEqual([
      120,
      ["pop", "folk"],
      "warm",
    ]);
    const updates = vi.fn();
    doc.on("update", updates);
    setField(session, ["bpm"], 120);
    setField(session, ["genres"], ["pop", "folk"]);
    setField(session, ["title"], null);
    expect(updates).not.toHaveBeenCalled();
    setField(session, ["bpm"], null);
    expect(doc.getMap("song").has("bpm")).toBe(false);
  });

  it("of an entry that is gone say so", () => {
    expect(() => setField(session, ["sections", "x", "name"], "Verse")).toThrow(Gone);
    expect(valueAt(doc, ["sections", "x", "lyrics"])).toBe("");
    expect(textAt(doc, ["sections", "x", "lyrics"])).toBeNull();
  });

  it("are made when an entry of another program lacks them", () => {
    doc.getMap("sections").set("x", new Y.Map([["pos", "V"]]));
    setField(session, ["sections", "x", "lyrics"], "la");
    expect(valueAt(doc, ["sections", "x", "lyrics"])).toBe("la");
  });
});

describe("entries", () => {
  const names = () => entriesAt(doc, SECTIONS).map(({ map }) => map.get("name"));

  it("are added, moved and removed without touching the others", () => {
    const a = addEntry(session, SECTIONS, { name: "a" });
    const c = addEntry(session, SECTIONS, { name: "c" });
    addEntry(session, SECTIONS, { name: "b" }, { before: c });
    expect(names()).toEqual(["a", "b", "c"]);
    moveEntry(session, SECTIONS, a, { before: null });
    expect(names()).toEqual(["b", "c", "a"]);
    moveEntry(session, SECTIONS, a, { before: c });
    expect(names()).toEqual(["b", "a", "c"]);
    const updates = vi.fn();
    doc.on("update", updates);
    moveEntry(session, SECTIONS, a, { before: c });
    moveEntry(session, SECTIONS, a, { before: a });
    expect(updates).not.toHaveBeenCalled();
    removeEntry(session, SECTIONS, a);
    expect(names()).toEqual(["b", "c"]);
    expect(() => moveEntry(session, SECTIONS, a, {})).toThrow(Gone);
  });

  it("find room where two share a place", () => {
    for (const id of ["x", "y"])
      doc.getMap("sections").set(
        id,
        new Y.Map([
          ["pos", "V"],
          ["name", id],
        ]),
      );
    addEntry(session, SECTIONS, { name: "between" }, { before: "y" });
    expect(names()).toEqual(["x", "between", "y"]);
  });

  it("keep what somebody else writes in them while they move", () => {
    const a = addEntry(session, SECTIONS, { name: "a" });
    addEntry(session, SECTIONS, { name: "b" });
    const other = song();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    textAt(other, ["sections", a, "lyrics"])?.insert(0, "la la");
    moveEntry(session, SECTIONS, a, { before: null });
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
    expect(names()).toEqual(["b", "a"]);
    expect(valueAt(doc, ["sections", a, "lyrics"])).toBe("la la");
  });
});

describe("hooks", () => {
  const Lyrics = memo(function Lyrics({ id, onRender }: { id: string; onRender: () => void }) {
    const lyrics = useField(["sections", id, "lyrics"]) as string;
    return (
      <Profiler id={id} onRender={onRender}>
        <p data-testid={id}>{lyrics}</p>
      </Profiler>
    );
  });

  function Song({ onList, onField }: { onList: () => void; onField: () => void }) {
    const entries = useEntries(SECTIONS);
    return (
      <Profiler id="list" onRender={(id, phase) => id === "list" && phase !== "nested-update" && onList()}>
        {entries.map(({ id }) => (
          <Lyrics key={id} id={id} onRender={onField} />
        ))}
      </Profiler>
    );
  }

  it("render one field of three hundred sections when somebody types in it", () => {
    const ids = Array.from({ length: 300 }, (_, index) => addEntry(session, SECTIONS, { name: `${index}` }));
    const onField = vi.fn();
    const { getByTestId } = render(
      <SessionProvider session={session}>
        <Song onList={() => undefined} onField={onField} />
      </SessionProvider>,
    );
    expect(onField).toHaveBeenCalledTimes(300);
    onField.mockClear();
    const id = ids[150] ?? "";
    act(() => textAt(doc, ["sections", id, "lyrics"])?.insert(0, "la"));
    expect(getByTestId(id).textContent).toBe("la");
    expect(onField).toHaveBeenCalledOnce();
    onField.mockClear();
    act(() => moveEntry(session, SECTIONS, id, { before: ids[0] ?? null }));
    expect(onField).not.toHaveBeenCalled();
    expect(document.querySelector("[data-testid]")?.getAttribute("data-testid")).toBe(id);
  });

  it("follow entries that are removed, brought back, and documents that are replaced", () => {
    const id = addEntry(session, SECTIONS, { lyrics: "one" });
    const undo = new Y.UndoManager(doc, { trackedOrigins: new Set(["local"]), captureTimeout: 0 });
    function Probe() {
      const text = useText(["sections", id, "lyrics"]);
      const value = useField(["sections", id, "lyrics"]) as string;
      return <p data-testid="probe">{`${text === null ? "none" : "text"}:${value}`}</p>;
    }
    const { getByTestId } = render(
      <SessionProvider session={session}>
        <Probe />
      </SessionProvider>,
    );
    const shown = () => getByTestId("probe").textContent;
    expect(shown()).toBe("text:one");
    act(() => removeEntry(session, SECTIONS, id));
    expect(shown()).toBe("none:");
    act(() => void undo.undo());
    expect(shown()).toBe("text:one");
    act(() => textAt(doc, ["sections", id, "lyrics"])?.insert(3, " two"));
    expect(shown()).toBe("text:one two");
    const other = song();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    act(() => (session as unknown as { replace: (to: Y.Doc) => void }).replace(other));
    act(() => textAt(doc, ["sections", id, "lyrics"])?.insert(0, "unheard "));
    expect(shown()).toBe("text:one two");
    act(() => textAt(other, ["sections", id, "lyrics"])?.insert(0, "heard "));
    expect(shown()).toBe("text:heard one two");
  });
});
