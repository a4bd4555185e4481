// Traits: shared at once or by Enter, offered by kind, kept while others rename or add, brought back when removed.
import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import type * as Y from "yjs";
import { addEntry, setField, valueAt } from "../../collab/values";
import { toasts } from "../../ui/toasts";
import { FakeDocument, renderIn } from "./fake-document";
import { TraitsField } from "./traits-field";

let user: ReturnType<typeof userEvent.setup>;

beforeEach(() => {
  user = userEvent.setup();
});

test("who types a value while its trait gets another name types on in the same place", async () => {
  const world = new FakeDocument("world");
  const traits = { goals: "see the sea", age: 41 };
  const path = ["entities", addEntry(world.session, ["entities"], { kind: "character", traits }), "traits"];
  renderIn(world, <TraitsField path={path} />);
  await user.type(screen.getByRole("textbox", { name: "goals" }), "!");
  act(() =>
    world.remote((doc) => {
      const stored = doc.getMap<Y.Map<Y.Map<unknown>>>("entities").get(path[1]!)!.get("traits")!;
      stored.set("aims", stored.get("goals"));
      stored.delete("goals");
    }),
  );
  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "aims" }));
  await user.keyboard("!{Enter}");
  expect(valueAt(world.doc, path)).toEqual({ aims: "see the sea!!", age: 41 });
});

test("a trait that is yes or no is shared at once", async () => {
  const world = new FakeDocument("world");
  const id = addEntry(world.session, ["entities"], { kind: "character", traits: { alive: true } });
  renderIn(world, <TraitsField path={["entities", id, "traits"]} template="character" />);
  await user.click(screen.getByRole("switch", { name: "alive" }));
  expect(valueAt(world.doc, ["entities", id, "traits"])).toEqual({ alive: false });
});

test("traits: the kind's own are offered, names are unique, types are kept", async () => {
  const world = new FakeDocument("world");
  const path = ["entities", addEntry(world.session, ["entities"], { kind: "item" }), "traits"];
  renderIn(world, <TraitsField path={path} template="item" />);
  await user.click(screen.getByRole("button", { name: /powers/ }));
  await user.type(screen.getByRole("textbox", { name: "powers" }), "glows, hums{Enter}");
  expect(valueAt(world.doc, path)).toEqual({ powers: ["glows", "hums"] });
  const adder = screen.getByLabelText("Name of a new trait");
  await user.type(adder, "powers");
  expect(screen.getByRole("alert").textContent).toContain("already");
  await user.clear(adder);
  await user.type(adder, "weight{Enter}");
  await user.type(screen.getByRole("textbox", { name: "weight" }), "heavy{Enter}");
  act(() =>
    world.remote((doc) =>
      doc.getMap<Y.Map<Y.Map<unknown>>>("entities").get(path[1]!)!.get("traits")!.set("colour", "red"),
    ),
  );
  expect(valueAt(world.doc, path)).toEqual({ powers: ["glows", "hums"], weight: "heavy", colour: "red" });
});

test("a trait that is removed can be brought back: by undo, or later anew, without what others did meanwhile", async () => {
  const world = new FakeDocument("world");
  const path = [
    "entities",
    addEntry(world.session, ["entities"], { kind: "item", traits: { age: 41, hue: "red" } }),
    "traits",
  ];
  renderIn(world, <TraitsField path={path} />);
  const shown = () => toasts.getSnapshot().map(({ text }) => text);
  const remove = async (name: string) => {
    await user.click(screen.getByRole("button", { name: `More for ${name}` }));
    await user.click(screen.getByRole("menuitem", { name: "Remove" }));
  };
  await remove("age");
  expect([valueAt(world.doc, path), shown()]).toEqual([{ hue: "red" }, ["age removed."]]);
  act(() => toasts.getSnapshot()[0]?.action?.onAction());
  expect([valueAt(world.doc, path), shown()]).toEqual([{ hue: "red", age: 41 }, []]);
  await remove("age");
  act(() => setField(world.session, path, { hue: "blue" }));
  act(() => toasts.getSnapshot()[0]?.action?.onAction());
  expect([valueAt(world.doc, path), shown()]).toEqual([{ hue: "blue", age: 41 }, []]);
});
