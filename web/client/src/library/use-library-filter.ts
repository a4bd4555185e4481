// What the library shows, kept in the address: Back, a reload and a sent link find the same.
import { useEffect, useState } from "react";
import { useSearchParams } from "wouter";
import { isKindName, type KindName } from "../api/addresses";

export interface LibraryFilter {
  search: string;
  kinds: KindName[];
  order: "recent" | "title";
}

/** Browsers refuse addresses that change at every key. */
const ADDRESS_AFTER_MS = 400;

export function useLibraryFilter() {
  const [params, setParams] = useSearchParams();
  const [filter, setFilter] = useState(() => filterOf(params));
  useEffect(() => {
    if (paramsOf(filter).toString() === params.toString()) return undefined;
    const timer = setTimeout(() => setParams(paramsOf(filter), { replace: true }), ADDRESS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [filter, params, setParams]);
  const change = (part: Partial<LibraryFilter>) => setFilter((current) => ({ ...current, ...part }));
  return { filter, change };
}

/** The filter an address asks for; what it does not understand is left out. */
export function filterOf(params: URLSearchParams): LibraryFilter {
  return {
    search: params.get("q") ?? "",
    kinds: params.getAll("kind").filter(isKindName),
    order: params.get("order") === "title" ? "title" : "recent",
  };
}

/** The shortest address that asks for the filter. */
export function paramsOf({ search, kinds, order }: LibraryFilter): URLSearchParams {
  const params = new URLSearchParams();
  if (search.trim() !== "") params.set("q", search);
  kinds.forEach((kind) => params.append("kind", kind));
  if (order !== "recent") params.set("order", order);
  return params;
}
