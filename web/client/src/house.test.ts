// The rules of this house that a machine can keep: who may import whom, what a file looks like, where colours live.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = import.meta.dirname;
const LINES_MAX = 400;

/** What each folder may import from besides itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  ui: [],
  api: ["ui"],
  collab: ["ui", "api"],
  branches: ["ui", "api"],
  comments: ["ui", "api", "collab"],
  inbox: ["ui", "api"],
  documents: ["ui", "api", "collab", "branches", "comments"],
  studio: ["ui", "api", "collab"],
  history: ["ui", "api", "collab", "branches"],
  review: ["ui", "api", "branches", "comments", "history"],
  library: ["ui", "api", "collab", "branches"],
  people: ["ui", "api", "collab"],
  app: ["ui", "api", "collab", "documents", "studio", "history", "review", "inbox", "library", "people"],
};

const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(root, join(entry.parentPath, entry.name)));
const scripts = files.filter((file) => /\.tsx?$/u.test(file) && !file.includes(".generated."));
const sheets = files.filter((file) => file.endsWith(".css"));
const contentOf = (file: string) => readFileSync(join(root, file), "utf8");

test("there is something to check", () => {
  expect(scripts.length).toBeGreaterThan(100);
  expect(sheets.length).toBeGreaterThan(20);
});

test("folders import only from those below them", () => {
  const wrong = scripts.flatMap((file) => {
    const folder = file.split("/")[0]!;
    const allowed = MAY_IMPORT[folder];
    // Helpers of tests stand beside the folders, and see all of them.
    if (allowed === undefined || /\.test\.tsx?$/u.test(file)) return [];
    return importsOf(file)
      .filter((other) => other !== folder && !allowed.includes(other))
      .map((other) => `${file} imports from ${other}`);
  });
  expect(wrong).toEqual([]);
});

test("every folder stands in the plan", () => {
  const folders = new Set(scripts.filter((file) => file.includes("/")).map((file) => file.split("/")[0]));
  expect([...folders].filter((folder) => MAY_IMPORT[folder!] === undefined)).toEqual([]);
});

test("every script says in its first line what it is for", () => {
  expect(scripts.filter((file) => !/^\/\/ \S.{5,}/u.test(contentOf(file)))).toEqual([]);
});

test("files stay small", () => {
  const long = [...scripts, ...sheets].filter((file) => contentOf(file).split("\n").length > LINES_MAX + 1);
  expect(long).toEqual([]);
});

test("names of files are words joined by hyphens", () => {
  const odd = files.filter((file) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:[-.][a-z0-9]+)*$/u.test(file));
  expect(odd).toEqual([]);
});

test("colours are tokens: only tokens.css knows which", () => {
  const raw = sheets
    .filter((file) => file !== "ui/tokens.css")
    .flatMap((file) =>
      (
        contentOf(file)
          .replace(/\/\*[\s\S]*?\*\//gu, "")
          .match(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch)a?\(/giu) ?? []
      ).map((found) => `${file}: ${found}`),
    );
  expect(raw).toEqual([]);
});

test("every token that a sheet or a component uses exists", () => {
  const known = new Set(contentOf("ui/tokens.css").match(/--[\w-]+(?=:)/gu));
  const missing = [...sheets, ...scripts.filter((file) => file.endsWith(".tsx"))].flatMap((file) => {
    const content = contentOf(file);
    const own = new Set(content.match(/--[\w-]+(?="?\]?:)/gu));
    return [...content.matchAll(/var\((--[\w-]+)\)/gu)]
      .map((found) => found[1]!)
      .filter((name) => !known.has(name) && !own.has(name) && !isSetElsewhere(name))
      .map((name) => `${file}: ${name}`);
  });
  expect(missing).toEqual([]);
});

test("what browsers hide from pages without https is asked for in one place each", () => {
  const hidden = scripts.filter(
    (file) =>
      !/\.test\.tsx?$/u.test(file) &&
      file !== "ui/copy-text.ts" &&
      /crypto\.randomUUID\(|navigator\.clipboard\b/u.test(contentOf(file)),
  );
  expect(hidden).toEqual([]);
});

test("only pages, overlays and nothing else export a default", () => {
  const defaults = scripts.filter((file) => /^export default/mu.test(contentOf(file)));
  const lazily = scripts.map(contentOf).join("\n");
  const never = defaults.filter(
    (file) =>
      !lazily.includes(
        `/${file
          .split("/")
          .pop()!
          .replace(/\.tsx?$/u, "")}")`,
      ),
  );
  expect(never).toEqual([]);
});

/** A property that a script or another sheet sets on an element around. */
function isSetElsewhere(name: string): boolean {
  return (
    scripts.some((file) => contentOf(file).includes(`"${name}"`)) ||
    sheets.some((file) => contentOf(file).includes(`${name}:`))
  );
}

/** The folders a file imports from, types and lazy imports included. */
function importsOf(file: string): string[] {
  const specifiers = [...contentOf(file).matchAll(/(?:from|import\(?)\s*"(\.[^"]+)"/gu)].map((found) => found[1]!);
  return specifiers.map((specifier) => relative(root, resolve(root, dirname(file), specifier)).split("/")[0]!);
}
