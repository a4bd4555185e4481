// The history of a document: who did what and when, what changed between any two versions, and any version brought back.
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { Link, useLocation } from "wouter";
import { branchEditorAddress, documentAddress, documentAt, KINDS, type KindName } from "../api/addresses";
import { Problem } from "../api/client";
import { useCurrentBranch } from "../branches/current-branch";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Page } from "../ui/page";
import { Skeleton } from "../ui/skeleton";
import { HistoryDesk } from "./history-desk";
import { stateQuery, type Content } from "./requests";
import "./history-page.css";

export default function HistoryPage({ id }: { id: string }) {
  const [address] = useLocation();
  const state = useQuery(stateQuery(id, null));
  const branch = useCurrentBranch();
  const asked = documentAt(address)?.kind ?? "song";
  if (state.data === undefined)
    return (
      <Page title="History" width="wide">
        {state.error === null ? (
          <Skeleton lines={8} label="Loading the history" />
        ) : (
          <NoDocument kind={asked} error={state.error} onRetry={() => void state.refetch()} />
        )}
      </Page>
    );
  const content = state.data as Content;
  const kind = state.data.kind;
  const title = branch?.name ?? titleOf(kind, content);
  return (
    <Page
      title={`History, ${title}`}
      width="full"
      className="history-page"
      bar={{
        start: (
          <Link
            href={branch === null ? documentAddress(kind, id) : branchEditorAddress(branch)}
            className="history-page__back"
          >
            <ArrowLeft size={18} aria-hidden />
            <span className="visually-hidden">Back to </span>
            <span dir="auto">{title}</span>
          </Link>
        ),
      }}
    >
      <HistoryDesk kind={kind} documentId={id} content={content} />
    </Page>
  );
}

function NoDocument({ kind, error, onRetry }: { kind: KindName; error: Error; onRetry: () => void }) {
  const isGone = error instanceof Problem && error.status === 404;
  const name = KINDS[kind].name.toLowerCase();
  return (
    <EmptyState
      title={isGone ? `There is no ${name} here.` : "The history cannot be shown now."}
      action={isGone ? <Link href="/">Go to the library</Link> : <Button onPress={onRetry}>Try again</Button>}
    >
      {error.message}
    </EmptyState>
  );
}

function titleOf(kind: KindName, content: Content): string {
  const title = content[KINDS[kind].titleField];
  return typeof title === "string" && title.trim() !== "" ? title : "Untitled";
}
