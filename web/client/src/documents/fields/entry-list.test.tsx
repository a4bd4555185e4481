// Lists that people reorder: only places change, removal can be taken back, everything is announced.
import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { addEntry, entriesAt, valueAt, type Entry } from "../../collab/values";
import { toasts } from "../../ui/toasts";
import { dropEntry, nudgeEntry, removeWithUndo } from "./entry-actions";
import { placeAt, scrollAt } from "./entry-drag";
import { EntryList } from "./entry-list";
import { FakeDocument, renderIn } from "./fake-document";
import { LineField } from "./line-field";

const PATH = ["boundaries"];
let persona: FakeDocument;
let ids: string[];

beforeEach(() => {
  persona = new FakeDocument("persona");
  ids = ["one", "two", "three"].map((text) => addEntry(persona.session, PATH, { text }));
  for (const toast of toasts.getSnapshot()) toasts.close(toast.id);
});

const order = () => entriesAt(persona.doc, PATH).map(({ map }) => map.get("text"));
const places = () => entriesAt(persona.doc, PATH).map(({ map }) => map.get("pos"));
const nameOf = ({ map }: Entry, index: number) => (map.get("text") as string | undefined) ?? `Boundary ${index + 1}`;

function show() {
  renderIn(
    persona,
    <EntryList
      path={PATH}
      label="Boundaries"
      addLabel="Add a boundary"
      itemName={nameOf}
      renderEntry={(id) => <LineField path={[...PATH, id, "text"]} label="Never" />}
    />,
  );
}

test("moving changes one place and nothing else, so that others' words in the entry stay", () => {
  const before = places();
  expect(nudgeEntry(persona.session, PATH, ids[2]!, -1)).toBe(2);
  expect(order()).toEqual(["one", "three", "two"]);
  expect(places().filter((place) => !before.includes(place))).toHaveLength(1);
  expect(nudgeEntry(persona.session, PATH, ids[0]!, -1)).toBeNull();
  dropEntry(
    persona.session,
    PATH,
    ids[0]!,
    null,
    entriesAt(persona.doc, PATH).map(({ id }) => id),
  );
  expect(order()).toEqual(["three", "two", "one"]);
});

test("in a filtered list an entry goes past what is hidden", () => {
  const shown = [ids[0]!, ids[2]!];
  nudgeEntry(persona.session, PATH, ids[0]!, 1, shown);
  expect(order()).toEqual(["two", "three", "one"]);
  nudgeEntry(persona.session, PATH, ids[0]!, -1, [ids[2]!, ids[0]!]);
  expect(order()).toEqual(["two", "one", "three"]);
});

test("two people move at once: both lists are the same, nothing is lost or doubled", () => {
  const other = new FakeDocument("persona");
  Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(persona.doc));
  nudgeEntry(persona.session, PATH, ids[0]!, 1);
  nudgeEntry(other.session, PATH, ids[2]!, -1);
  entriesAt(other.doc, PATH)[0]!.map.set("reason", "theirs");
  Y.applyUpdate(persona.doc, Y.encodeStateAsUpdate(other.doc));
  Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(persona.doc));
  expect(order().toSorted()).toEqual(["one", "three", "two"]);
  expect(entriesAt(other.doc, PATH).map(({ id }) => id)).toEqual(entriesAt(persona.doc, PATH).map(({ id }) => id));
  expect(valueAt(persona.doc, [...PATH, ids[0]!, "reason"])).toBe("theirs");
});

test("removing offers to undo: by undo as long as it was the last edit, else under the same id again", () => {
  removeWithUndo(persona.session, PATH, ids[1]!, "two");
  expect(order()).toEqual(["one", "three"]);
  const [toast] = toasts.getSnapshot();
  expect(toast?.text).toBe("two removed.");
  persona.edit(() => persona.doc.getMap("persona").set("name", "Mara"));
  toast?.action?.onAction();
  expect(order()).toEqual(["one", "two", "three"]);
  expect(entriesAt(persona.doc, PATH).map(({ id }) => id)).toEqual(ids);
  expect(valueAt(persona.doc, ["name"])).toBe("Mara");
  toast?.action?.onAction();
  expect(order()).toEqual(["one", "two", "three"]);
  removeWithUndo(persona.session, PATH, ids[0]!, "one");
  toasts.getSnapshot().at(-1)?.action?.onAction();
  expect(order()).toEqual(["one", "two", "three"]);
});

test("the toast of a removal goes when the entry is back by undo, that of another removal stays", () => {
  const shown = () => toasts.getSnapshot().map(({ text }) => text);
  removeWithUndo(persona.session, PATH, ids[0]!, "one");
  removeWithUndo(persona.session, PATH, ids[1]!, "two");
  persona.edit(() => persona.doc.getMap("persona").set("name", "Mara"));
  persona.undoMine();
  expect(shown()).toEqual(["one removed.", "two removed."]);
  persona.undoMine();
  expect(order()).toEqual(["two", "three"]);
  expect(shown()).toEqual(["one removed."]);
  persona.undoMine();
  expect(shown()).toEqual([]);
});

test("keys and buttons move, duplicate and remove, and say so", async () => {
  const user = userEvent.setup();
  show();
  const said = () => document.getElementById("fields-announcer")?.textContent;
  await user.click(screen.getByRole("button", { name: "Move two up" }));
  expect(order()).toEqual(["two", "one", "three"]);
  expect(said()).toBe("two is now 1 of 3.");
  const item = screen.getByRole("listitem", { name: "two" });
  within(item).getByRole("textbox").focus();
  await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
  expect(order()).toEqual(["one", "two", "three"]);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Move one up" }).disabled).toBe(true);
  await user.click(screen.getByRole("button", { name: "More for three" }));
  await user.click(screen.getByRole("menuitem", { name: "Duplicate" }));
  expect(order()).toEqual(["one", "two", "three", "three"]);
  await user.click(screen.getByRole("button", { name: "Add a boundary" }));
  expect(order()).toHaveLength(5);
});

test("whoever moves an entry by keys stays where they were in it; from a button that is over, they go to the other", async () => {
  const user = userEvent.setup();
  show();
  const within2 = () => within(screen.getByRole("listitem", { name: "two" }));
  const field = within2().getByRole("textbox");
  const handle = within2().getByRole("button", { name: /^Drag two/ });
  for (const held of [field, handle]) {
    held.focus();
    await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    await waitFor(() => expect(document.activeElement).toBe(held));
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    await waitFor(() => expect(document.activeElement).toBe(held));
  }
  expect(order()).toEqual(["one", "two", "three"]);
  await user.click(screen.getByRole("button", { name: "Move two up" }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Move two down" })));
});

test("an entry is called by what its field says now", () => {
  show();
  act(() => void entriesAt(persona.doc, PATH)[0]!.map.set("text", "first"));
  expect(screen.getByRole("listitem", { name: "first" })).toBeTruthy();
});

test("who may not write sees no handles and no buttons", () => {
  persona.become({ mayWrite: false });
  show();
  expect(screen.queryAllByRole("button")).toEqual([]);
  expect(screen.getAllByRole("listitem")).toHaveLength(3);
});

test("a pointer's place is before the first item whose middle is below it", () => {
  const items = [
    { id: "a", top: 0, bottom: 100 },
    { id: "b", top: 110, bottom: 210 },
  ];
  expect(placeAt(49, items)).toBe("a");
  expect(placeAt(51, items)).toBe("b");
  expect(placeAt(161, items)).toBeNull();
});

test("near the edges the page scrolls, faster the nearer, and not in between", () => {
  expect(scrollAt(400, 800, 56)).toBe(0);
  expect(scrollAt(60, 800, 56)).toBeLessThan(scrollAt(120, 800, 56));
  expect(scrollAt(120, 800, 56)).toBeLessThan(0);
  expect(scrollAt(799, 800, 56)).toBeGreaterThan(scrollAt(740, 800, 56));
});
