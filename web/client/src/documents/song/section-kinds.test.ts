// Kinds of sections: the same as the server's, and names that nobody has to correct.
import { expect, test } from "vitest";
import kinds from "../../api/kinds.generated.json";
import { isGivenName, kindAfter, nameFor, SECTION_KINDS, sectionKindOf, shownName } from "./section-kinds";

test("the kinds are those the server accepts, in its order", () => {
  const field = kinds.kinds.song.schema.properties.sections.additionalProperties.properties.kind;
  expect(field.enum.filter((kind) => kind !== null)).toEqual([...SECTION_KINDS]);
});

test("verses are numbered from the first, other kinds from the second", () => {
  expect(nameFor("verse", [])).toBe("Verse 1");
  expect(nameFor("verse", ["Verse 1", "Chorus"])).toBe("Verse 2");
  expect(nameFor("chorus", ["Verse 1"])).toBe("Chorus");
  expect(nameFor("chorus", ["Verse 1", "Chorus", "Last chorus"])).toBe("Chorus 2");
  expect(nameFor("pre-chorus", ["Pre-chorus"])).toBe("Pre-chorus 2");
});

test("a name is never given twice, however the others are spelled or numbered", () => {
  expect(nameFor("verse", ["Verse 7", "Verse 2"])).toBe("Verse 8");
  expect(nameFor("chorus", [" chorus 3 "])).toBe("Chorus 4");
  expect(nameFor("verse", ["Verse"])).toBe("Verse 2");
  expect(nameFor("verse", ["Verse two", "Verse 1b", "My verse 9"])).toBe("Verse 1");
});

test("only names given here follow a change of kind", () => {
  expect(isGivenName("verse", "Verse 3")).toBe(true);
  expect(isGivenName("verse", "Harbour verse")).toBe(false);
  expect(isGivenName("chorus", "Verse 3")).toBe(false);
});

test("what follows is what people write next, and unknown kinds are no kinds", () => {
  expect(kindAfter(null)).toBe("verse");
  expect(kindAfter("verse")).toBe("chorus");
  expect(kindAfter("chorus")).toBe("verse");
  expect(sectionKindOf("refrain")).toBeNull();
  expect(sectionKindOf(null)).toBeNull();
});

test("a section without a name is called by its kind", () => {
  expect(shownName("  ", "bridge")).toBe("Bridge");
  expect(shownName(null, null)).toBe("Verse");
  expect(shownName(" Lift ", "pre-chorus")).toBe("Lift");
});
