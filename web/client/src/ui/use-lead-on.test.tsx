// Whoever has the focus in a row that goes is led to the row in its place; others stay where they are.
import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { useLeadOn } from "./use-lead-on";

function List({ rows }: { rows: readonly string[] }) {
  const leadOn = useLeadOn((row) => row?.querySelector("button") ?? document.querySelector("h2"));
  return (
    <>
      <h2 tabIndex={-1}>Rows</h2>
      <input />
      {rows.length > 0 && (
        <ul {...leadOn}>
          {rows.map((row) => (
            <li key={row}>
              <button>{row}</button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function shown() {
  const { rerender } = render(<List rows={["a", "b", "c"]} />);
  return {
    focus: (row: string) => act(() => screen.getByRole("button", { name: row }).focus()),
    become: (...rows: string[]) => rerender(<List rows={rows} />),
    focused: () => document.activeElement?.textContent,
  };
}

test("the next row, the one before at the end, what stands for all when none is left", () => {
  const { focus, become, focused } = shown();
  focus("b");
  become("a", "c");
  expect(focused()).toBe("c");
  become("a");
  expect(focused()).toBe("a");
  become();
  expect(focused()).toBe("Rows");
});

test("who is elsewhere stays there", () => {
  const { focus, become } = shown();
  focus("b");
  act(() => screen.getByRole("textbox").focus());
  become("a", "c");
  expect(document.activeElement).toBe(screen.getByRole("textbox"));
  focus("c");
  fireEvent.blur(screen.getByRole("button", { name: "c" }), { relatedTarget: null });
  act(() => screen.getByRole("button", { name: "c" }).blur());
  become("a");
  expect(document.activeElement).toBe(document.body);
});
