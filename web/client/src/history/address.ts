// What the address of a history says: which two positions are compared, how, and what the timeline shows.
import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

export type View = "changes" | "preview";
/** Which entries the timeline shows. */
export type What = "everything" | "edits" | "versions" | "reverts" | "merges" | "reviews" | "comments";

const WHATS: readonly What[] = ["edits", "versions", "reverts", "merges", "reviews", "comments"];

export interface HistoryPlace {
  /** Where the comparison begins; 0: before there was anything; null: nothing is chosen. */
  from: number | null;
  /** Where it ends; null: now. */
  to: number | null;
  view: View;
  /** Only this person's sittings. */
  personId: string | null;
  /** Only what was done at this JSON Pointer or below it. */
  path: string | null;
  /** Only entries of this sort. */
  what: What;
  /** Only what was done in so many days; null: since ever. */
  days: number | null;
}

/** What the part of an address after "?" asks for; what makes no sense is not asked for. */
export function readPlace(search: string): HistoryPlace {
  const given = new URLSearchParams(search);
  const [from, to] = [positionOf(given.get("a")), positionOf(given.get("b"))];
  return {
    from: from === null || to === null || from <= to ? from : to,
    to: from === null || to === null || from <= to ? to : from,
    view: given.get("view") === "preview" ? "preview" : "changes",
    personId: given.get("person"),
    path: given.get("path"),
    what: WHATS.find((what) => what === given.get("what")) ?? "everything",
    days: positionOf(given.get("days")),
  };
}

/** The part of an address after "?"; empty when it would say nothing. */
export function writePlace({ from, to, view, personId, path, what, days }: HistoryPlace): string {
  const said = Object.entries({
    a: from === null ? null : String(from),
    b: to === null ? null : String(to),
    view: view === "changes" ? null : view,
    person: personId,
    path,
    what: what === "everything" ? null : what,
    days: days === null ? null : String(days),
  }).flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]));
  return new URLSearchParams(said).toString();
}

/** The place of this page, and how to go to another: a step that Back undoes, or one that takes this one's place. */
export function useHistoryPlace() {
  const [address, navigate] = useLocation();
  const search = useSearch();
  const place = useMemo(() => readPlace(search), [search]);
  const go = useCallback(
    (change: Partial<HistoryPlace>, how: "push" | "replace" = "push") => {
      const next = writePlace({ ...place, ...change });
      navigate(next === "" ? address : `${address}?${next}`, { replace: how === "replace" });
    },
    [address, navigate, place],
  );
  return { place, go };
}

export type Go = ReturnType<typeof useHistoryPlace>["go"];

function positionOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/u.test(text) ? Number(text) : null;
}
