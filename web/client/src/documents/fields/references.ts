// The documents a reference may mean, as the studio lists them.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { KindName } from "../../api/addresses";
import { api, dataOf } from "../../api/client";

/** How many documents a search shows. */
const SHOWN_MAX = 20;

/** What is shown of the document a reference means. A failure with status 404: there is none. */
export function referenceQuery(id: string) {
  return queryOptions({
    queryKey: ["documents", "reference", id],
    queryFn: async () => {
      const found = dataOf(await api.GET("/api/v1/documents/{document_id}", { params: { path: { document_id: id } } }));
      const title = "name" in found ? found.name : found.title;
      return { title: title ?? "Untitled", isTrashed: found.trashed };
    },
    staleTime: 30_000,
  });
}

/** Documents of a kind by words of their titles and content, the latest first. */
export function documentsToChoose(kind: KindName, search: string) {
  return queryOptions({
    queryKey: ["documents", "choose", kind, search],
    queryFn: async () => {
      const words = search.trim() === "" ? {} : { search };
      const query = { kind: [kind], order: "recent" as const, limit: SHOWN_MAX, ...words };
      const page = dataOf(await api.GET("/api/v1/documents", { params: { query } }));
      return page.items.map(({ id, title, subtitle }) => ({ id, title, subtitle }));
    },
    placeholderData: keepPreviousData,
  });
}
