// What pages ask for, under keys that news can invalidate.
import { QueryClient, queryOptions } from "@tanstack/react-query";
import { api, dataOf, Problem } from "./client";

/** Answers that will not change by asking again. */
const FINAL = new Set([400, 401, 403, 404, 409, 410, 412, 413, 415, 422]);

/** The cache of this tab. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
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
