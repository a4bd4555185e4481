// Failures read as a person needs them, whatever answered.
import { expect, test, vi } from "vitest";
import { KINDS } from "./addresses";
import kinds from "./kinds.generated.json";
import { reachability } from "./reachability";

// The client takes the browser's fetch when it is loaded.
const fetched = vi.fn<typeof fetch>();
vi.stubGlobal("fetch", fetched);
const { api, onSignedOut, Problem, problemOf } = await import("./client");

test("a problem keeps its sentence, its place and the id of its request", async () => {
  const headers = { "X-Request-Id": "abc" };
  const body = JSON.stringify({ title: "Conflict", detail: "The name is taken.", path: "/name" });
  const problem = await problemOf(new Response(body, { status: 409, headers }));
  expect([problem.status, problem.message, problem.path, problem.requestId]).toEqual([
    409,
    "The name is taken.",
    "/name",
    "abc",
  ]);
});

test("an answer that is no problem at all still becomes a sentence", async () => {
  const problem = await problemOf(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  expect(problem.message).toMatch(/answered 502/u);
});

test("401 is told to whoever listens, and thrown", async () => {
  fetched.mockResolvedValue(new Response("{}", { status: 401 }));
  const listener = vi.fn();
  const stop = onSignedOut(listener);
  await expect(api.GET("/api/v1/me")).rejects.toBeInstanceOf(Problem);
  stop();
  expect(listener).toHaveBeenCalledOnce();
});

test("nothing answers: a problem without a status, and the studio counts as unreachable until it answers", async () => {
  fetched.mockRejectedValue(new TypeError("Failed to fetch"));
  await expect(api.GET("/api/v1/me")).rejects.toMatchObject({ status: 0 });
  expect(reachability.getSnapshot()).toBe(false);
  fetched.mockResolvedValue(Response.json({ name: "Ada" }));
  await api.GET("/api/v1/me");
  expect(reachability.getSnapshot()).toBe(true);
});

test("every kind of document is known here, with the field that names it", () => {
  const known = Object.fromEntries(Object.entries(KINDS).map(([kind, { titleField }]) => [kind, titleField]));
  const described = Object.entries(kinds.kinds).map(([kind, { title_field }]) => [kind, title_field]);
  expect(known).toEqual(Object.fromEntries(described));
});
