// Undo is there with the edit, for keys at once; its button follows.
import { act, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { runAction } from "../../ui/actions";
import { FakeDocument, renderIn } from "../fields/fake-document";
import { UndoButtons } from "./undo-buttons";

const song = () => new FakeDocument("song");
const isOff = (name: string) => screen.getByRole<HTMLButtonElement>("button", { name }).disabled;

test("keys undo an edit before any button has heard of it", () => {
  const document = song();
  renderIn(document, <UndoButtons />);
  expect(runAction("undo")).toBe(false);
  act(() => {
    document.edit(() => document.doc.getMap("song").set("bpm", 90));
    expect(runAction("undo")).toBe(true);
    expect(document.doc.getMap("song").get("bpm")).toBeUndefined();
    expect(runAction("undo")).toBe(false);
    expect(runAction("redo")).toBe(true);
  });
  expect(document.doc.getMap("song").get("bpm")).toBe(90);
});

test("the buttons say what there is to undo and redo", () => {
  const document = song();
  renderIn(document, <UndoButtons />);
  expect(isOff("Undo my last edit")).toBe(true);
  act(() => document.edit(() => document.doc.getMap("song").set("bpm", 90)));
  expect(isOff("Undo my last edit")).toBe(false);
  expect(isOff("Redo")).toBe(true);
  act(() => document.undoMine());
  expect(isOff("Undo my last edit")).toBe(true);
  expect(isOff("Redo")).toBe(false);
});

test("who may only read has no such buttons", () => {
  const document = song();
  document.become({ mayWrite: false, role: "viewer" });
  renderIn(document, <UndoButtons />);
  expect(screen.queryByRole("button")).toBeNull();
});
