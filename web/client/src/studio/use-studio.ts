// Everything the studio page knows, from the API and its news.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { membersQuery } from "../api/queries";
import { mayWrite } from "../api/roles";
import { useMe } from "../api/use-me";
import { usualSeconds } from "./job-progress";
import { enginesQuery, jobsQuery, songQuery, takesQuery } from "./studio-queries";
import { numbered } from "./takes";

export function useStudio(songId: string) {
  const me = useMe();
  const song = useQuery(songQuery(songId));
  const engines = useQuery(enginesQuery);
  const members = useQuery(membersQuery).data;
  const jobs = useQuery(jobsQuery(songId));
  const takesList = useQuery(takesQuery(songId));
  const takes = useMemo(() => numbered(takesList.data ?? []), [takesList.data]);
  const nameOf = useCallback(
    (personId: string) => {
      if (personId === me?.person_id) return "you";
      return members?.find((member) => member.person_id === personId)?.name ?? null;
    },
    [members, me],
  );
  const usual_s = useMemo(() => {
    const jobsById = new Map(jobs.data?.jobs.map((job) => [job.id, job]));
    return usualSeconds(
      takes.flatMap((take) => {
        const job = jobsById.get(take.job_id);
        // Attempts that failed before would count as playing.
        return job?.attempt === 1 ? [{ requestedAt: job.requested_at, doneAt: take.created_at }] : [];
      }),
    );
  }, [jobs.data, takes]);
  return {
    me,
    song,
    engines,
    jobs,
    takesList,
    takes,
    nameOf,
    usual_s,
    /** Undefined: not known yet. */
    mayRender: me === undefined ? undefined : mayWrite(me.role),
  };
}

export type Studio = ReturnType<typeof useStudio>;
