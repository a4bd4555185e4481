// The song editor as people use it: what they see, where the focus goes, what only readers do not get.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addEntry, setField, textAt, valueAt } from "../../collab/values";
import { actions, runAction } from "../../ui/actions";
import { toasts } from "../../ui/toasts";
import { FakeDocument, renderIn } from "../fields/fake-document";
import { sectionPath, SECTIONS, sectionsOf } from "./section-edits";
import { SongEditor } from "./song-editor";

// The editor of texts has tests of its own, and jsdom no layout for it: a plain box stands in.
vi.mock("../fields/text-field", async () => {
  const { useField } = await import("../../collab/context");
  return {
    TextField: ({ path, label }: { path: readonly string[]; label: string }) => (
      <textarea aria-label={label} value={String(useField(path))} readOnly />
    ),
  };
});

let song: FakeDocument;

beforeEach(async () => {
  // What the test before left to be built in turn finds nothing to do any more, by the clock it was left with.
  await new Promise((resolve) => setTimeout(resolve));
  song = new FakeDocument("song");
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
  // Personas and worlds to choose from are asked for; nobody answers here.
  vi.stubGlobal(
    "fetch",
    vi.fn(() => new Promise(() => undefined)),
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
  for (const { id } of toasts.getSnapshot()) toasts.close(id);
});

function show() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return renderIn(
    song,
    <QueryClientProvider client={client}>
      <SongEditor />
    </QueryClientProvider>,
  );
}

function section(name: string, more: object = {}): string {
  return addEntry(song.session, SECTIONS, { name, kind: "verse", bars: 8, ...more });
}

const arrangement = () => within(screen.getByRole("region", { name: "Arrangement" }));
const rows = () => [...document.querySelectorAll(".arrangement-row__name")].map((row) => row.textContent);
const row = (name: string) => arrangement().getByRole("button", { name: new RegExp(`^${name}`) });
const cardOf = (id: string) => document.getElementById(`section-${id}`)!;
const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));
const focusedPart = () => document.activeElement?.closest<HTMLElement>("[data-part]")?.dataset["part"];

test("an empty song says so and offers a verse, which is entered at once", async () => {
  show();
  expect(screen.getByText("This song has no words yet.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Add a verse" }));
  expect(rows()).toEqual(["Verse 1"]);
  await waitFor(() => expect(focusedPart()).toBe("lyrics"));
});

test("where one goes is there before the next key: nothing typed meanwhile gets lost", () => {
  show();
  // No frame passes in between.
  vi.stubGlobal("requestAnimationFrame", vi.fn());
  fireEvent.click(screen.getByRole("button", { name: "Add a verse" }));
  expect(focusedPart()).toBe("lyrics");
  fireEvent.keyDown(document.activeElement!, { key: "Enter", ctrlKey: true });
  expect(rows()).toEqual(["Verse 1", "Chorus"]);
  expect(document.activeElement?.closest("[data-section]")).toBe(document.querySelectorAll("[data-section]")[1]);
});

test("Alt and an arrow key move a section from its row and from its words; nothing but places changes", () => {
  const [verse, chorus] = [section("Verse"), section("Chorus", { kind: "chorus" })];
  show();
  const before = JSON.stringify(valueAt(song.doc, sectionPath(chorus)));
  fireEvent.keyDown(row("Verse"), { key: "ArrowDown", altKey: true });
  expect(rows()).toEqual(["Chorus", "Verse"]);
  const words = within(cardOf(verse)).getByRole("textbox", { name: "Lyrics" });
  act(() => words.focus());
  fireEvent.keyDown(words, { key: "ArrowUp", altKey: true });
  expect(rows()).toEqual(["Verse", "Chorus"]);
  expect(JSON.stringify(valueAt(song.doc, sectionPath(chorus)))).toBe(before);
  expect(document.getElementById("fields-announcer")?.textContent).toBe("Verse is now 1 of 2");
});

test("Mod+Enter adds a section after the one that is written in, and not at the end", async () => {
  const verse = section("Verse 1");
  section("Outro", { kind: "outro" });
  show();
  const words = within(cardOf(verse)).getByRole("textbox", { name: "Lyrics" });
  act(() => words.focus());
  fireEvent.keyDown(words, { key: "Enter", ctrlKey: true });
  expect(rows()).toEqual(["Verse 1", "Chorus", "Outro"]);
  await waitFor(() => expect(document.activeElement?.closest("[data-section]")?.id).not.toBe(`section-${verse}`));
  expect(focusedPart()).toBe("lyrics");
});

test("arrow keys lead from row to row, and Tab reaches only one of them", () => {
  section("One");
  section("Two");
  section("Three");
  show();
  act(() => row("One").focus());
  fireEvent.keyDown(row("One"), { key: "ArrowDown" });
  expect(document.activeElement?.textContent).toContain("Two");
  fireEvent.keyDown(row("Two"), { key: "End" });
  expect(document.activeElement?.textContent).toContain("Three");
  const stops = [...document.querySelectorAll<HTMLElement>(".arrangement-row button")].filter(
    (one) => one.tabIndex === 0,
  );
  expect(stops).toHaveLength(1);
});

test("a removed section comes back to its place with its words, also when something else was done since", async () => {
  section("One", { lyrics: "Rain writes its name" });
  section("Two");
  show();
  await act(async () => {
    fireEvent.click(screen.getByRole("button", { name: "More about One" }));
    await Promise.resolve();
  });
  await act(async () => {
    fireEvent.click(screen.getByRole("menuitem", { name: /Remove/ }));
    await Promise.resolve();
  });
  expect(rows()).toEqual(["Two"]);
  act(() => setField(song.session, ["bpm"], 99));
  act(() => toasts.getSnapshot().at(-1)?.action?.onAction());
  expect(rows()).toEqual(["One", "Two"]);
  const [first] = sectionsOf(song.doc);
  expect(valueAt(song.doc, sectionPath(first?.id ?? "", "lyrics"))).toBe("Rain writes its name");
  expect(valueAt(song.doc, ["bpm"])).toBe(99);
});

test("the arrangement shows who is in which section", () => {
  const verse = section("Verse");
  section("Chorus");
  show();
  act(() => song.arrive(7, "Mina Okafor", 1, `/sections/${verse}/lyrics`));
  expect(within(row("Verse")).getByRole("img", { name: /Mina Okafor/ })).toBeTruthy();
  expect(within(row("Chorus")).queryByRole("img")).toBeNull();
});

test("readers see everything and no control that does nothing", () => {
  song.become({ mayWrite: true });
  const verse = section("Verse", { lyrics: "Rain", chords: "Am" });
  setField(song.session, ["key"], "A");
  song.become({ mayWrite: false, role: "viewer" });
  show();
  expect(cardOf(verse).textContent).toContain("Rain");
  expect(screen.getByText("A")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Add/ })).toBeNull();
  expect(screen.queryByRole("button", { name: /Move|More about/ })).toBeNull();
  expect(screen.queryByRole("slider")).toBeNull();
  expect(screen.queryByText("Add notes")).toBeNull();
  const words = within(cardOf(verse)).getByRole("textbox", { name: "Lyrics" });
  fireEvent.keyDown(words, { key: "Enter", ctrlKey: true });
  expect(rows()).toEqual(["Verse"]);
});

test("sections far away are words alone until one goes there", async () => {
  const observe = vi.fn();
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe = observe;
      unobserve = vi.fn();
    },
  );
  const ids = Array.from({ length: 12 }, (_, index) => section(`Part ${index}`, { lyrics: `line ${index}` }));
  show();
  const last = ids.at(-1)!;
  expect(within(cardOf(last)).queryByRole("textbox")).toBeNull();
  expect(cardOf(last).textContent).toContain("line 11");
  act(() => song.remote((doc) => textAt(doc, sectionPath(last, "lyrics"))?.insert(0, "new ")));
  expect(cardOf(last).textContent).toContain("new line 11");
  fireEvent.click(row("Part 11"));
  await waitFor(() => expect(within(cardOf(last)).getAllByRole("textbox").length).toBeGreaterThan(0));
  expect(document.activeElement).toBe(cardOf(last));
});

test("everything the keys do can be found by name, and only what may be done", () => {
  section("Verse");
  const { unmount } = show();
  const offered = () => actions.getSnapshot().filter((action) => action.group === "Song");
  expect(
    offered()
      .map(({ keys }) => keys)
      .filter(Boolean),
  ).toEqual(["Mod+Enter", "Alt+Up", "Alt+Down", "Mod+Alt+Down", "Mod+Alt+Up"]);
  expect(runAction("song.section-up")).toBe(false);
  act(() => song.become({ mayWrite: false }));
  expect(offered().map(({ id }) => id)).not.toContain("song.add-section");
  unmount();
  expect(offered()).toEqual([]);
});

test("a long song opens with its first sections; the others follow when hands rest, what is added later at once", () => {
  vi.useFakeTimers();
  try {
    for (let nth = 1; nth <= 40; nth += 1) section(`Verse ${nth}`);
    show();
    const first = rows().length;
    expect(first).toBeGreaterThan(5);
    expect(first).toBeLessThan(20);
    for (let key = 0; key < 30; key += 1) {
      act(() => void document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "x", bubbles: true })));
      pass(60);
    }
    expect(rows()).toHaveLength(first);
    // The clock before the test was another one.
    for (let rest = 0; rest < 60; rest += 1) pass(400);
    expect(rows()).toHaveLength(40);
    act(() => void section("Verse 41"));
    expect(rows()).toHaveLength(41);
  } finally {
    vi.useRealTimers();
  }
});

test("words are counted when hands rest: no key draws the song again", () => {
  vi.useFakeTimers();
  try {
    const verse = section("Verse", { lyrics: "rain" });
    show();
    const lyrics = textAt(song.doc, sectionPath(verse, "lyrics"))!;
    const counts = () => cardOf(verse).querySelector(".section-body__counts")?.textContent;
    expect(counts()).toBe("1 line · 1 word");
    for (const word of [" and", " sun", " and", " rain"]) {
      act(() => lyrics.insert(lyrics.length, word));
      pass(100);
      expect(counts()).toBe("1 line · 1 word");
    }
    pass(1000);
    expect(counts()).toBe("1 line · 5 words");
  } finally {
    vi.useRealTimers();
  }
});

test("the energy is shared once, when the slider is let go; Delete leaves it to the kind", () => {
  const verse = section("Verse");
  show();
  let updates = 0;
  song.doc.on("update", () => (updates += 1));
  const slider = within(cardOf(verse)).getByRole<HTMLInputElement>("slider", { name: "Energy" });
  fireEvent.change(slider, { target: { value: "70" } });
  fireEvent.change(slider, { target: { value: "85" } });
  expect(updates).toBe(0);
  fireEvent.pointerUp(slider);
  expect(updates).toBe(1);
  expect(valueAt(song.doc, sectionPath(verse, "energy"))).toBe(0.85);
  fireEvent.keyDown(slider, { key: "Delete" });
  expect(valueAt(song.doc, sectionPath(verse, "energy"))).toBeNull();
});
