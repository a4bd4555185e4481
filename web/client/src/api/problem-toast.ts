// A failure as news at the edge of the page: what happened, a way to try again, the id to quote.
import { toasts } from "../ui/toasts";
import { Problem } from "./client";

/** Shows what went wrong. Silent where something else says it already: signed out, or nothing reachable. */
export function showProblem(error: unknown, retry?: () => void): void {
  if (error instanceof Problem && error.status === 401) return;
  const text = error instanceof Problem ? error.message : "Something broke in this page. Reload it, then try again.";
  const requestId = error instanceof Problem ? error.requestId : null;
  toasts.show({
    tone: "danger",
    text,
    ...(requestId === null ? {} : { detail: `Request ${requestId}` }),
    ...(retry === undefined ? {} : { action: { name: "Retry", onAction: retry } }),
  });
}
