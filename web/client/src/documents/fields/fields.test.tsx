// Fields share what is right, explain what is not, and never take a draft away.
import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addEntry, entriesAt, labelsAt, setField, valueAt } from "../../collab/values";
import { toasts } from "../../ui/toasts";
import { FakeDocument, renderIn } from "./fake-document";
import { LabelsField } from "./labels-field";
import { LineField } from "./line-field";
import { NumberField } from "./number-field";
import { TextField } from "./text-field";
import { TraitsField } from "./traits-field";

let song: FakeDocument;
let user: ReturnType<typeof userEvent.setup>;

beforeEach(() => {
  song = new FakeDocument("song");
  user = userEvent.setup();
});

afterEach(() => void vi.restoreAllMocks());

const bpm = () => valueAt(song.doc, ["bpm"]);
const tempo = () => screen.getByLabelText<HTMLInputElement>("Tempo");

function showTempo(value: number | null = 100) {
  if (value !== null) setField(song.session, ["bpm"], value);
  renderIn(song, <NumberField path={["bpm"]} label="Tempo" unit="bpm" />);
}

test("Enter and leaving share a draft, Escape restores, and nothing is shared while one types", async () => {
  showTempo();
  let updates = 0;
  song.doc.on("update", () => (updates += 1));
  await user.clear(tempo());
  await user.type(tempo(), "12");
  expect(bpm()).toBe(100);
  await user.keyboard("{Escape}");
  expect(tempo().value).toBe("100");
  expect(updates).toBe(0);
  await user.clear(tempo());
  await user.type(tempo(), "96{Enter}");
  expect(bpm()).toBe(96);
  await user.clear(tempo());
  await user.type(tempo(), "97");
  await user.tab();
  expect(bpm()).toBe(97);
  expect(updates).toBe(2);
});

test("what is invalid stays a draft with an explanation, even when the field is left", async () => {
  showTempo();
  await user.clear(tempo());
  await user.type(tempo(), "900");
  await user.tab();
  expect(tempo().value).toBe("900");
  expect(tempo().getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText(/whole number from 20 to 300/)).toBeTruthy();
  expect(bpm()).toBe(100);
  await user.click(screen.getByRole("button", { name: "Put back what was there" }));
  expect(tempo().value).toBe("100");
});

test("an emptied field is not set; a comma is a decimal point", async () => {
  showTempo();
  await user.clear(tempo());
  await user.keyboard("{Enter}");
  expect(bpm()).toBeNull();
  const id = addEntry(song.session, ["sections"]);
  renderIn(song, <NumberField path={["sections", id, "energy"]} label="Energy" step={0.05} />);
  await user.type(screen.getByLabelText("Energy"), "0,5{Enter}");
  expect(valueAt(song.doc, ["sections", id, "energy"])).toBe(0.5);
  await user.keyboard("{ArrowUp}{Enter}");
  expect(valueAt(song.doc, ["sections", id, "energy"])).toBe(0.55);
});

test("others' values wait while I type, with their name; Escape takes them, Enter overwrites them", async () => {
  showTempo();
  await user.clear(tempo());
  await user.type(tempo(), "110");
  act(() => {
    song.remote((doc) => doc.getMap("song").set("bpm", 101));
    song.arrive(song.lastRemoteClient, "Mina Okafor", 1);
  });
  expect(tempo().value).toBe("110");
  expect(screen.getByText(/Mina Okafor set/).textContent).toContain("101");
  await user.keyboard("{Escape}");
  expect(tempo().value).toBe("101");
  await user.clear(tempo());
  await user.type(tempo(), "110");
  act(() => song.remote((doc) => doc.getMap("song").set("bpm", 102)));
  await user.keyboard("{Enter}");
  expect(bpm()).toBe(110);
  expect(toasts.getSnapshot()).toEqual([]);
});

test("who leaves a field and replaces what others set meanwhile is told, and may take theirs until it changes", async () => {
  showTempo();
  const shown = () => toasts.getSnapshot().map(({ text }) => text);
  const replace = async (mine: string, theirs: number) => {
    await user.clear(tempo());
    await user.type(tempo(), mine);
    act(() => {
      song.remote((doc) => doc.getMap("song").set("bpm", theirs));
      song.arrive(song.lastRemoteClient, "Mina Okafor", 1);
    });
    await user.tab();
  };
  await replace("110", 101);
  expect([bpm(), shown()]).toEqual([110, ["Your “110” replaced “101”, which Mina Okafor set while you were typing."]]);
  act(() => toasts.getSnapshot()[0]?.action?.onAction());
  expect([bpm(), tempo().value, shown()]).toEqual([101, "101", []]);
  await replace("111", 102);
  expect([bpm(), shown().length]).toEqual([111, 1]);
  act(() => song.remote((doc) => doc.getMap("song").set("bpm", 103)));
  expect([bpm(), shown()]).toEqual([103, []]);
  await replace("104", 104);
  expect([bpm(), shown()]).toEqual([104, []]);
});

test("who changed nothing overwrites nothing", async () => {
  showTempo();
  await user.click(tempo());
  await user.keyboard("1{Backspace}");
  act(() => song.remote((doc) => doc.getMap("song").set("bpm", 105)));
  await user.tab();
  expect(bpm()).toBe(105);
  expect(tempo().value).toBe("105");
});

/** The tab is hidden, or shown again. */
function become(visibility: "hidden" | "visible") {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(visibility);
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
}

const drafts = () => song.drafts.list.map(({ place, isSound }) => `${place} ${isSound ? "sound" : "unsound"}`);

test("the document counts a draft until it is shared or dropped, and hears of no single key", async () => {
  renderIn(song, <LineField path={["title"]} label="Title" />);
  const title = screen.getByLabelText("Title");
  const news = vi.fn();
  song.subscribe(news);
  await user.type(title, "Rain on glass");
  expect([drafts(), news.mock.calls.length]).toEqual([["/title sound"], 1]);
  await user.keyboard("{Enter}");
  expect([drafts(), news.mock.calls.length]).toEqual([[], 2]);
  await user.type(title, "!{Backspace}");
  expect(drafts()).toEqual([]);
  await user.type(title, "!{Escape}");
  expect(drafts()).toEqual([]);
  showTempo();
  await user.type(tempo(), "8");
  expect(drafts()).toEqual(["/bpm unsound"]);
  await user.tab();
  expect(drafts()).toEqual(["/bpm unsound"]);
});

test("a half-typed label or name of a trait counts, too", async () => {
  renderIn(song, <LabelsField path={["moods"]} label="Moods" />);
  await user.type(screen.getByRole("combobox", { name: "Add to moods" }), "wist");
  expect(drafts()).toEqual(["/moods sound"]);
  await user.keyboard("{Enter}");
  expect(drafts()).toEqual([]);
  const world = new FakeDocument("world");
  const path = ["entities", addEntry(world.session, ["entities"], { kind: "item" }), "traits"];
  const shown = renderIn(world, <TraitsField path={path} template="item" />);
  await user.type(screen.getByLabelText("Name of a new trait"), "weight");
  expect(world.drafts.list).toMatchObject([{ place: `/${path.join("/")}` }]);
  shown.unmount();
  expect([world.drafts.list, valueAt(world.doc, path)]).toEqual([[], { weight: "" }]);
});

test("what is typed is shared when the tab is hidden or closed", async () => {
  showTempo();
  await user.clear(tempo());
  await user.type(tempo(), "96");
  become("hidden");
  expect([bpm(), drafts()]).toEqual([96, []]);
  become("visible");
  await user.type(tempo(), "{Backspace}7");
  act(() => void dispatchEvent(new Event("pagehide")));
  expect([bpm(), drafts(), song.givenBack]).toEqual([97, [], []]);
});

test("what cannot be shared is given back when the page goes, and stays in the field of a tab one comes back to", async () => {
  setField(song.session, ["bpm"], 100);
  const shown = renderIn(song, <NumberField path={["bpm"]} label="Tempo" />);
  await user.clear(tempo());
  await user.type(tempo(), "900");
  become("hidden");
  act(() => void dispatchEvent(new Event("pagehide")));
  const entry = { path: "/bpm", before: "100", mine: "900" };
  expect(song.givenBack).toMatchObject([entry]);
  become("visible");
  expect([song.givenBack, tempo().value]).toEqual([[], "900"]);
  shown.unmount();
  expect(song.givenBack).toMatchObject([{ ...entry, reason: "Use a whole number from 20 to 300." }]);
  expect(bpm()).toBe(100);
});

test("a draft is shared when the page goes away, and given back when its entry is gone", async () => {
  setField(song.session, ["bpm"], 100);
  const shown = renderIn(song, <NumberField path={["bpm"]} label="Tempo" />);
  await user.clear(tempo());
  await user.type(tempo(), "90");
  shown.unmount();
  expect(bpm()).toBe(90);
  const id = addEntry(song.session, ["sections"]);
  const section = renderIn(song, <LineField path={["sections", id, "name"]} label="Name" />);
  await user.type(screen.getByLabelText("Name"), "Verse");
  act(() => song.remote((doc) => doc.getMap("sections").delete(id)));
  section.unmount();
  expect(entriesAt(song.doc, ["sections"])).toEqual([]);
  expect(song.givenBack).toMatchObject([{ path: `/sections/${id}/name`, mine: "Verse" }]);
});

test("a field says who is in it, and tells the others where I am", async () => {
  showTempo();
  act(() => song.arrive(7, "Mina Okafor", 1, "/bpm"));
  expect(screen.getByText("Mina Okafor")).toBeTruthy();
  await user.click(tempo());
  await user.tab();
  expect(song.announced).toEqual(["/bpm", null]);
});

test("who may not write sees the value and cannot change it", async () => {
  showTempo();
  act(() => song.become({ mayWrite: false, readOnlyReason: "You may read here." }));
  await user.type(tempo(), "5{Enter}");
  expect(tempo().readOnly).toBe(true);
  expect(bpm()).toBe(100);
});

test("who may only read is not asked to write: what is empty says so", () => {
  const source = addEntry(song.session, ["sources"]);
  song.become({ mayWrite: false });
  renderIn(song, <LineField path={["sources", source, "url"]} label="Link" placeholder="https://" />);
  expect(screen.getByLabelText<HTMLInputElement>("Link").placeholder).toBe("Not set");
  renderIn(song, <TextField path={["producer_notes"]} label="Producer notes" placeholder="For whoever mixes this" />);
  const notes = screen.getByRole("textbox", { name: "Producer notes" });
  expect(notes.textContent).toContain("None");
  expect(notes.textContent).not.toContain("whoever");
});

test("what is typed when writing ends is given back, whether the control stays or goes", async () => {
  setField(song.session, ["title"], "Rain");
  const title = renderIn(song, <LineField path={["title"]} label="Title" />);
  await user.type(screen.getByLabelText("Title"), " and snow");
  act(() => song.become({ mayWrite: false, readOnlyReason: "You may read here." }));
  expect(song.givenBack).toEqual([]);
  await user.tab();
  const entry = { path: "/title", before: "Rain", mine: "Rain and snow", reason: "You may read here." };
  expect(song.givenBack).toEqual([entry]);
  title.unmount();
  expect(song.givenBack).toEqual([entry]);
  expect(valueAt(song.doc, ["title"])).toBe("Rain");
});

test("a control that goes when writing ends gives back what was typed in it", async () => {
  setField(song.session, ["bpm"], 100);
  const facts = renderIn(song, <NumberField path={["bpm"]} label="Tempo" />);
  const moods = renderIn(song, <LabelsField path={["moods"]} label="Moods" />);
  await user.type(screen.getByRole("combobox", { name: "Add to moods" }), "wistful");
  await user.clear(tempo());
  // Leaving the labels has shared the first; this one is not left before writing ends.
  expect(valueAt(song.doc, ["moods"])).toEqual(["wistful"]);
  await user.type(tempo(), "96");
  act(() => song.become({ mayWrite: false, readOnlyReason: "It is in the trash." }));
  facts.unmount();
  moods.unmount();
  expect(song.givenBack).toEqual([{ path: "/bpm", before: 100, mine: 96, reason: "It is in the trash." }]);
  expect(bpm()).toBe(100);
});

test("a half-typed label is added when the page goes, and given back when writing has ended", async () => {
  const moods = renderIn(song, <LabelsField path={["moods"]} label="Moods" />);
  await user.type(screen.getByRole("combobox", { name: "Add to moods" }), "wistful");
  moods.unmount();
  expect(valueAt(song.doc, ["moods"])).toEqual(["wistful"]);
  renderIn(song, <LabelsField path={["moods"]} label="Moods" />);
  await user.type(screen.getByRole("combobox", { name: "Add to moods" }), "stormy");
  act(() => song.become({ mayWrite: false, readOnlyReason: "You may read here." }));
  expect(song.givenBack).toMatchObject([{ path: "/moods", mine: "stormy", reason: "You may read here." }]);
  expect(valueAt(song.doc, ["moods"])).toEqual(["wistful"]);
});

test("a line is trimmed, and too long a one is kept back", async () => {
  renderIn(song, <LineField path={["title"]} label="Title" />);
  const title = screen.getByLabelText("Title");
  await user.type(title, "  Rain  {Enter}");
  expect(valueAt(song.doc, ["title"])).toBe("Rain");
  await user.clear(title);
  await user.click(title);
  await user.paste("x".repeat(501));
  await user.keyboard("{Enter}");
  expect(screen.getByText(/1 character too long; 500 fit/)).toBeTruthy();
  expect(valueAt(song.doc, ["title"])).toBe("Rain");
});

test("labels: added by Enter, comma and paste, each once; removed and moved by keys; announced", async () => {
  renderIn(song, <LabelsField path={["moods"]} label="Moods" />);
  const input = screen.getByRole("combobox");
  await user.type(input, "warm{Enter}blue,warm{Enter}");
  expect(labelsAt(song.doc, ["moods"])).toEqual(["warm", "blue"]);
  await user.click(input);
  await user.paste("red, green");
  await user.keyboard("{Enter}");
  expect(labelsAt(song.doc, ["moods"])).toEqual(["warm", "blue", "red", "green"]);
  const before = song.doc.getMap("moods").get("warm");
  screen.getByRole("button", { name: "green", hidden: true }).focus();
  await user.keyboard("{Alt>}{ArrowLeft}{/Alt}");
  expect(labelsAt(song.doc, ["moods"])).toEqual(["warm", "blue", "green", "red"]);
  expect(song.doc.getMap("moods").get("warm")).toBe(before);
  expect(document.getElementById("fields-announcer")?.textContent).toBe("green is now 3 of 4.");
  // The focus goes along with what was moved, in the next frame.
  await new Promise(requestAnimationFrame);
  screen.getByRole("button", { name: "blue", hidden: true }).focus();
  await user.keyboard("{Backspace}");
  expect(labelsAt(song.doc, ["moods"])).toEqual(["warm", "green", "red"]);
});

test("what cannot be added is explained while it is typed: the page says that the field says why", async () => {
  const world = new FakeDocument("world");
  const event = addEntry(world.session, ["timeline"]);
  const sound = () => world.drafts.list.map(({ isSound }) => isSound);
  // Heard also while suggestions hide what is around them.
  const said = () => screen.getByRole("status").textContent;
  const shown = () => document.querySelector(".field-frame__problem")?.textContent ?? null;
  const view = renderIn(world, <LabelsField path={["style_guide", "reference_images"]} label="Images" />);
  await user.click(screen.getByRole("combobox"));
  await user.paste("x".repeat(101));
  expect(sound()).toEqual([false]);
  expect(said()).toContain("1 character too long; 100 fit");
  expect(screen.getByRole("combobox", { description: said() }).getAttribute("aria-invalid")).toBe("true");
  view.unmount();
  const participants = () => valueAt(world.doc, ["timeline", event, "participants"]);
  const names = [
    { value: "e1", name: "Ilse" },
    { value: "e2", name: "Elm" },
  ];
  renderIn(world, <LabelsField path={["timeline", event, "participants"]} label="Who" suggestions={names} isClosed />);
  await user.type(screen.getByRole("combobox"), "l");
  expect([sound(), shown()]).toEqual([[], null]);
  await user.type(screen.getByRole("combobox"), "k");
  expect([shown(), said()]).toEqual(["Choose one from the list.", "Choose one from the list."]);
  document.getElementById("fields-announcer")?.replaceChildren();
  await user.type(screen.getByRole("combobox"), "{Backspace}{Enter}");
  expect(screen.getByRole("option", { name: "Ilse" })).toBeTruthy();
  expect([shown(), said()]).toEqual(["Choose one from the list.", "Choose one from the list."]);
  // The rest of a search is no word of anybody: going away neither adds it nor gives it back.
  expect(sound()).toEqual([]);
  expect(participants()).toEqual([]);
  await user.type(screen.getByRole("combobox"), "s{Enter}");
  expect(participants()).toEqual(["e1"]);
});

test("where only a list counts, what is not in it finds nothing to choose, by no key", async () => {
  const world = new FakeDocument("world");
  const event = addEntry(world.session, ["timeline"]);
  const path = ["timeline", event, "participants"];
  const names = [
    { value: "e1", name: "Ilse" },
    { value: "e2", name: "Élm" },
  ];
  renderIn(world, <LabelsField path={path} label="Who" suggestions={names} isClosed />);
  const input = screen.getByRole<HTMLInputElement>("combobox");
  await user.type(input, "zebra{ArrowDown}");
  expect(screen.getAllByRole("option").map((option) => option.textContent)).toEqual([
    "Nothing in the list is called that.",
  ]);
  await user.keyboard("{Enter}{Escape}zebra{ArrowDown}{ArrowDown}{ArrowUp}{Enter}");
  expect(valueAt(world.doc, path)).toEqual([]);
  expect(input.value).toBe("zebra");
  await user.clear(input);
  await user.type(input, "el{ArrowDown}");
  expect(screen.getAllByRole("option").map((option) => option.textContent)).toEqual(["Élm"]);
  await user.keyboard("{Enter}");
  expect(valueAt(world.doc, path)).toEqual(["e2"]);
});
