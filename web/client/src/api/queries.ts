// What several pages ask for, under keys that news can make old, and what becomes of failures.
import {
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  infiniteQueryOptions,
  queryOptions,
} from "@tanstack/react-query";
import { api, dataOf, Problem, type Schemas } from "./client";
import { asDoneHere } from "./done-here";
import { showProblem } from "./problem-toast";

/** Answers that will not change by asking again. */
const FINAL = new Set([400, 401, 403, 404, 409, 410, 412, 413, 415, 422]);
/** Documents on one page of a list. */
const PAGE_DOCUMENTS = 60;

/** The first words: an event of a type makes everything below one of them old (api/live-queries.ts). */
export const keys = {
  documents: ["documents", "list"],
  presence: ["presence"],
  members: ["members"],
  runningJobs: ["jobs", "running"],
  tokens: ["tokens"],
  comments: ["comments"],
  inbox: ["inbox"],
  sessions: ["sessions"],
} as const;

/**
 * The cache of this tab. A failure becomes a toast with Retry, unless the place itself says it:
 * `meta: {inline: true}`.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (query.meta?.["inline"] !== true && !isUnreachable(error)) showProblem(error, () => void query.fetch());
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, variables, _result, mutation) => {
        if (mutation.meta?.["inline"] !== true)
          showProblem(error, () => void mutation.execute(variables).catch(() => null));
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => !(error instanceof Problem && FINAL.has(error.status)) && failures < 3,
      },
      mutations: { retry: false },
    },
  });
}

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async () => dataOf(await api.GET("/api/v1/me")),
  staleTime: 60_000,
});

export interface DocumentsFilter {
  search: string;
  kinds: readonly string[];
  order: "recent" | "title";
  trashed?: boolean;
}

/** Documents, page after page. What was shown stays until the answer to a new search is there. */
export function documentsQuery({ search, kinds, order, trashed = false }: DocumentsFilter) {
  const filter = { search: search.trim(), kind: [...kinds].sort(), order, trashed };
  return infiniteQueryOptions({
    queryKey: [...keys.documents, filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        order,
        trashed,
        limit: PAGE_DOCUMENTS,
        ...(filter.kind.length === 0 ? {} : { kind: filter.kind as Schemas["NewDocument"]["kind"][] }),
        ...(filter.search === "" ? {} : { search: filter.search }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      };
      const page = dataOf(await api.GET("/api/v1/documents", { params: { query }, signal }));
      return { ...page, items: asDoneHere(page.items) };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    meta: { inline: true },
  });
}

/** The documents the palette offers for what is typed: found ones, or the newest. */
export function paletteDocumentsQuery(text: string) {
  const search = text.trim();
  return queryOptions({
    queryKey: [...keys.documents, "palette", search],
    queryFn: async ({ signal }) => {
      const query = { limit: 8, ...(search === "" ? {} : { search }) };
      return asDoneHere(dataOf(await api.GET("/api/v1/documents", { params: { query }, signal })).items);
    },
    placeholderData: keepPreviousData,
    meta: { inline: true },
  });
}

/** Who belongs to the workspace, and who did. */
export const peopleQuery = queryOptions({
  queryKey: keys.members,
  queryFn: async () => dataOf(await api.GET("/api/v1/members")),
  staleTime: 60_000,
});

/** Who belongs to the workspace. */
export const membersQuery = queryOptions({ ...peopleQuery, select: ({ items }) => items });

/** Who is in which document, by document; nothing in the log says it, so it is asked for while somebody looks. */
export const presenceQuery = queryOptions({
  queryKey: keys.presence,
  queryFn: async () => {
    const { items } = dataOf(await api.GET("/api/v1/presence"));
    return new Map(items.map((item) => [item.document_id, item.people]));
  },
  refetchInterval: 5000,
  staleTime: 2000,
  meta: { inline: true },
});

/** Jobs that wait or run, of the whole workspace. */
export const runningJobsQuery = queryOptions({
  queryKey: keys.runningJobs,
  queryFn: async () => {
    const query = { status: ["queued" as const, "running" as const], limit: 20 };
    return dataOf(await api.GET("/api/v1/jobs", { params: { query } })).items;
  },
  refetchInterval: ({ state }) => ((state.data?.length ?? 0) > 0 ? 2000 : false),
  meta: { inline: true },
});

/** While nothing answers, a banner says so; a toast for each question would only repeat it. */
function isUnreachable(error: unknown): boolean {
  return error instanceof Problem && error.status === 0;
}
