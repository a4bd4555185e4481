// What people do in the studio: render, cancel, try again, throw away, bring back.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { api, dataOf, type Schemas } from "../api/client";
import { showProblem } from "../api/problem-toast";
import { randomId } from "../collab/random";
import { toasts } from "../ui/toasts";
import type { Job } from "./job-progress";
import { keepJob, studioKeys, type KnownTake } from "./studio-queries";
import type { NumberedTake, Take } from "./takes";

/** Failures are said here, in the words of the place. */
const INLINE = { inline: true };

export type RenderRequest = Schemas["NewRenderJob"];

/** Asks for a take. The same wish keeps its key until it was granted: a double click or a retry is one job. */
export function useRender(songId: string) {
  const client = useQueryClient();
  const wish = useRef<{ said: string; key: string } | null>(null);
  return useMutation({
    meta: INLINE,
    mutationFn: async ({ request, songPosition }: { request: RenderRequest; songPosition: number }) => {
      const said = JSON.stringify([request, songPosition]);
      if (wish.current?.said !== said) wish.current = { said, key: randomId() };
      const params = { header: { "Idempotency-Key": wish.current.key } };
      return dataOf(await api.POST("/api/v1/render_jobs", { params, body: request }));
    },
    onSuccess: (job) => {
      wish.current = null;
      keepJob(client, songId, job);
    },
  });
}

/** Cancels a job or tries it again; what goes wrong becomes a toast. */
export function useJobCommands(songId: string) {
  const client = useQueryClient();
  const done = (job: Job) => keepJob(client, songId, job);
  const refresh = () => client.invalidateQueries({ queryKey: studioKeys.jobs(songId) });
  const cancel = useMutation({
    meta: INLINE,
    mutationFn: async (jobId: string) =>
      dataOf(await api.POST("/api/v1/render_jobs/{job_id}/cancel", { params: { path: { job_id: jobId } } })),
    onSuccess: done,
    onError: (error) => {
      // It may have ended in this very moment: then there is nothing to cancel, and the list says what became of it.
      void refresh();
      showProblem(error);
    },
  });
  const retry = useMutation({
    meta: INLINE,
    mutationFn: async (jobId: string) =>
      dataOf(await api.POST("/api/v1/render_jobs/{job_id}/retry", { params: { path: { job_id: jobId } } })),
    onSuccess: done,
    onError: (error, jobId) => {
      void refresh();
      showProblem(error, () => retry.mutate(jobId));
    },
  });
  return { cancel, retry };
}

/** Moves takes to the trash, with a toast that brings them back, and out of it. */
export function useTakeCommands(songId: string) {
  const client = useQueryClient();
  const change = (takeId: string, to: Partial<KnownTake>) =>
    client.setQueryData<KnownTake[]>(studioKeys.takes(songId), (takes) =>
      takes?.map((take) => (take.id === takeId ? { ...take, ...to } : take)),
    );
  const mark = (takeId: string, deletedAt: string | null) =>
    change(takeId, { deleted_at: deletedAt, deleted_here: deletedAt !== null, known_at: Date.now() });
  const isKept = ({ id }: Take) =>
    client
      .getQueryData<KnownTake[]>(studioKeys.takes(songId))
      ?.some((take) => take.id === id && take.deleted_at === null);
  const refuse = (take: Take) => {
    change(take.id, { known_at: null });
    void client.invalidateQueries({ queryKey: studioKeys.takes(songId) });
  };
  // One after the other: a second wish must not overtake the first on its way to the studio.
  const scope = { id: `takes of ${songId}` };
  const mutationKey = studioKeys.takeCommands(songId);
  const restore = useMutation({
    meta: INLINE,
    mutationKey,
    scope,
    mutationFn: async (take: NumberedTake) => {
      await api.POST("/api/v1/takes/{take_id}/restore", { params: { path: { take_id: take.id } } });
    },
    onMutate: async (take) => {
      await client.cancelQueries({ queryKey: studioKeys.takes(songId) });
      mark(take.id, null);
    },
    onError: (error, take) => {
      refuse(take);
      showProblem(error, () => restore.mutate(take));
    },
  });
  const remove = useMutation({
    meta: INLINE,
    mutationKey,
    scope,
    mutationFn: async (take: NumberedTake) => {
      await api.DELETE("/api/v1/takes/{take_id}", { params: { path: { take_id: take.id } } });
    },
    onMutate: async (take) => {
      await client.cancelQueries({ queryKey: studioKeys.takes(songId) });
      mark(take.id, new Date().toISOString());
    },
    onSuccess: (_, take) =>
      void toasts.show({
        tone: "plain",
        text: `Take ${take.number} is in the trash.`,
        action: { name: "Undo", onAction: () => restore.mutate(take) },
        until: (isBack) => client.getQueryCache().subscribe(() => isKept(take) && isBack()),
      }),
    onError: (error, take) => {
      refuse(take);
      showProblem(error, () => remove.mutate(take));
    },
  });
  return { remove, restore };
}
