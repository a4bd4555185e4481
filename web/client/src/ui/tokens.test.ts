// The dark theme is written twice in tokens.css; both must say the same, and text must be readable in each.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const sheet = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

function declarationsAfter(selector: string): Map<string, string> {
  const start = sheet.indexOf("{", sheet.indexOf(selector)) + 1;
  const body = sheet.slice(start, sheet.indexOf("}", start));
  return new Map([...body.matchAll(/(--[\w-]+|color-scheme):\s*([^;]+);/g)].map((found) => [found[1]!, found[2]!]));
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(first: string, second: string): number {
  const [light, dark] = [luminance(first), luminance(second)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

/** As `color-mix(in srgb, first share, second)`. */
function mixed(first: string, share: number, second: string): string {
  const parts = [1, 3, 5].map((at) => {
    const [one, two] = [first, second].map((hex) => parseInt(hex.slice(at, at + 2), 16));
    return Math.round(one! * share + two! * (1 - share))
      .toString(16)
      .padStart(2, "0");
  });
  return `#${parts.join("")}`;
}

const light = declarationsAfter(":root {");
const dark = declarationsAfter(':root[data-theme="dark"]');

test("the system's dark theme and the chosen one are the same", () => {
  expect(declarationsAfter(':root:not([data-theme="light"])')).toEqual(dark);
  expect(dark.size).toBeGreaterThan(30);
});

test.each([
  ["light", light],
  ["dark", new Map([...light, ...dark])],
])("text is readable in the %s theme (WCAG 2.2, 1.4.3 and 1.4.11)", (_, theme) => {
  const of = (name: string) => theme.get(`--${name}`)!;
  const text = ["text", "text-muted", "text-faint", "accent", "danger", "warning", "success"];
  for (const ground of ["paper", "surface", "raised"])
    for (const name of text) expect(contrast(of(name), of(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  for (const tone of ["accent", "danger"])
    expect(contrast(of(`on-${tone}`), of(tone)), `on ${tone}`).toBeGreaterThanOrEqual(4.5);
  for (const tone of ["warning", "success", "danger"])
    expect(contrast(of(tone), of(`${tone}-soft`)), `${tone} on soft`).toBeGreaterThanOrEqual(4.5);
  for (const number of ["away", 0, 1, 2, 3, 4, 5, 6, 7]) {
    const colour = of(`person-${number}`);
    expect(contrast(of("on-person"), colour), `person ${number}`).toBeGreaterThanOrEqual(4.5);
    const line = mixed(colour, parseInt(of("person-ink"), 10) / 100, of("text"));
    expect(contrast(line, of("surface")), `the line of person ${number}`).toBeGreaterThanOrEqual(3);
  }
  for (const kind of ["intro", "verse", "pre-chorus", "chorus", "bridge", "solo", "breakdown", "outro"])
    expect(contrast(of(`kind-${kind}`), of("surface")), kind).toBeGreaterThanOrEqual(4.5);
  expect(contrast(of("line-strong"), of("surface"))).toBeGreaterThanOrEqual(3);
  expect(contrast(of("focus"), of("paper"))).toBeGreaterThanOrEqual(3);
});
