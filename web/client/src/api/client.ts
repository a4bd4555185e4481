// The API, typed from its own description. Every failure is a Problem that can be shown to a person.
import createClient, { type Middleware } from "openapi-fetch";
import { reachability } from "./reachability";
import type { components, paths } from "./schema.generated";

export type Schemas = components["schemas"];

/** What went wrong, as `application/problem+json` says it, or what the browser knows when nothing answered. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    /** The HTTP status; 0: no answer came. */
    readonly status: number,
    /** One sentence for people. */
    override readonly message: string,
    /** Where in the request, as a JSON pointer or a parameter's name. */
    readonly path: string | null = null,
    /** What to quote to whoever runs the studio. */
    readonly requestId: string | null = null,
  ) {
    super(message);
  }
}

const signedOutListeners = new Set<() => void>();

/** Calls the listener whenever an answer says that nobody is signed in. Returns how to stop. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

const problems: Middleware = {
  async onResponse({ response }) {
    reachability.report(true);
    if (response.ok || response.status === 304) return undefined;
    if (response.status === 401) signedOutListeners.forEach((listener) => listener());
    throw await problemOf(response);
  },
  onError({ error }) {
    // Whoever stopped asking knows it; that says nothing about the studio.
    if (error instanceof DOMException && error.name === "AbortError") return error;
    reachability.report(false);
    return new Problem(0, "The studio does not answer. What you wrote is kept here; it tries again by itself.");
  },
};

/** Calls go to the page's own origin with its cookie; each resolves to `{data}` or throws a Problem. */
export const api = createClient<paths>({ baseUrl: location.origin });
api.use(problems);

/** Reads the failure out of an answer. */
export async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get("X-Request-Id");
  const body: unknown = await response.json().catch(() => null);
  const said = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const sentence = [said["detail"], said["title"]].find((text) => typeof text === "string" && text !== "");
  return new Problem(
    response.status,
    typeof sentence === "string" ? sentence : `The studio answered ${response.status}. Try again in a moment.`,
    typeof said["path"] === "string" ? said["path"] : null,
    requestId,
  );
}

/** The data of an answer that has some; for calls whose type also allows none. */
export function dataOf<Data>(answer: { data?: Data }): Data {
  if (answer.data === undefined) throw new Problem(0, "The studio answered without what was asked for. Try again.");
  return answer.data;
}
