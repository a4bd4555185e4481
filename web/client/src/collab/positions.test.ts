// Places in lists: the same rules as the server's, or it refuses them.
import { describe, expect, it } from "vitest";
import { arrange, between, comparePositions, isPosition, somewhereBetween, spread } from "./positions";

describe("positions", () => {
  it("knows what the server takes", () => {
    expect(["V", "a1", "Zz", "0V"].map(isPosition)).toEqual([true, true, true, true]);
    // What other libraries write would be refused.
    expect(["a0", "", "ä", "a-", "x".repeat(501)].map(isPosition)).toEqual([false, false, false, false, false]);
    expect([null, 7, undefined].map(isPosition)).toEqual([false, false, false]);
  });

  it("finds a place between any two, and short ones at the ends", () => {
    expect(between(null, null)).toBe("V");
    expect(between("V", null)).toBe("W");
    expect(between(null, "V")).toBe("U");
    expect(between("V", "W")).toBe("VV");
    expect(between("V", "V")).toBeNull();
    expect(between("W", "V")).toBeNull();
  });

  it("never runs out of order when people insert everywhere", () => {
    const list: string[] = [];
    for (let index = 0; index < 500; index++) {
      const at = (index * 7919) % (list.length + 1);
      const place = somewhereBetween(list[at - 1] ?? null, list[at] ?? null);
      expect(place).not.toBeNull();
      list.splice(at, 0, place!);
    }
    expect(list.every(isPosition)).toBe(true);
    expect([...list].sort(comparePositions)).toEqual(list);
    expect(new Set(list).size).toBe(list.length);
  });

  it("moves as few as possible, and starts anew where no room is left", () => {
    expect(arrange(["V", "b", "W"]).filter((place) => ["V", "W"].includes(place))).toEqual(["V", "W"]);
    const arranged = arrange(["W", "V", null, null, "z"]);
    expect([...arranged].sort(comparePositions)).toEqual(arranged);
    expect(arranged).toContain("z");
    const full = "V".repeat(500);
    expect(arrange([full, null, `${"V".repeat(499)}W`]).every(isPosition)).toBe(true);
    expect(spread("a", "b", 0)).toEqual([]);
  });
});
