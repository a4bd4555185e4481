// The jobs under way, one line each, with the way to where each is heard.
import { useQuery } from "@tanstack/react-query";
import { AudioLines } from "lucide-react";
import { Link } from "wouter";
import { studioAddress } from "../api/addresses";
import { api, dataOf, type Schemas } from "../api/client";
import { ProgressBar } from "../ui/progress-bar";
import "./job-list.css";

const SHOWN_MAX = 3;

export default function JobList({ jobs }: { jobs: readonly Schemas["JobItem"][] }) {
  return (
    <section className="running-jobs" aria-label="Under way">
      <ul>
        {jobs.slice(0, SHOWN_MAX).map((job) => (
          <li key={job.id} className="running-jobs__one">
            <AudioLines size={18} aria-hidden />
            <JobLine documentId={job.document_id} status={job.status} fraction={job.fraction} stage={job.stage} />
          </li>
        ))}
      </ul>
      {jobs.length > SHOWN_MAX && <p className="running-jobs__more">and {jobs.length - SHOWN_MAX} more</p>}
    </section>
  );
}

interface JobLineProps {
  documentId: string | null;
  status: string;
  fraction: number;
  stage: string | null;
}

function JobLine({ documentId, status, fraction, stage }: JobLineProps) {
  const title = useTitle(documentId);
  const doing = status === "queued" ? "Waiting to render" : (stage ?? "Rendering");
  return (
    <>
      <div className="running-jobs__bar">
        <ProgressBar label={`${doing}: ${title}`} fraction={status === "queued" ? null : fraction} />
      </div>
      {documentId !== null && <Link href={studioAddress(documentId)}>Open the studio</Link>}
    </>
  );
}

function useTitle(documentId: string | null): string {
  const { data } = useQuery({
    queryKey: ["documents", documentId, "title"],
    queryFn: async () => {
      const params = { path: { document_id: documentId ?? "" } };
      const state = dataOf(await api.GET("/api/v1/documents/{document_id}", { params }));
      const title = "title" in state ? state.title : state.name;
      return title === null || title === "" ? "Untitled" : title;
    },
    enabled: documentId !== null,
    staleTime: 60_000,
    meta: { inline: true },
  });
  return data ?? "a song";
}
