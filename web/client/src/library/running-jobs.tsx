// Work under way in the workspace. How it looks loads when there is some: mostly there is none.
import { useQuery } from "@tanstack/react-query";
import { runningJobsQuery } from "../api/queries";
import { loadedPart } from "../ui/loaded-part";

const JobList = loadedPart(() => import("./job-list"));

export function RunningJobs() {
  const jobs = useQuery(runningJobsQuery).data ?? [];
  return jobs.length === 0 ? null : <JobList jobs={jobs} />;
}
