// The studio of a song: render it, listen to the takes, keep the files.
import { Link, useSearch } from "wouter";
import { Problem } from "../api/client";
import { useIsMeAsked } from "../api/use-me";
import { EmptyState } from "../ui/empty-state";
import { Page } from "../ui/page";
import { Skeleton } from "../ui/skeleton";
import { Button } from "../ui/button";
import { StudioDesk } from "./studio-desk";
import { useStudio } from "./use-studio";
import { useStudioNews } from "./use-studio-news";
import "./studio-page.css";

export default function StudioPage({ id }: { id: string }) {
  const studio = useStudio(id);
  const isMeAsked = useIsMeAsked();
  useStudioNews(id);
  const asksForRender = new URLSearchParams(useSearch()).get("render") === "1";
  const song = studio.song.data;
  // The player comes with the takes, the form with the role: neither may push aside what somebody is about to press.
  const isWhole = !studio.takesList.isPending && !isMeAsked;
  if (song !== undefined && isWhole) return <StudioDesk studio={studio} song={song} asksForRender={asksForRender} />;
  return (
    <Page title="Studio" width="wide">
      <h1 className="visually-hidden">Studio</h1>
      {studio.song.error === null ? (
        <Skeleton lines={8} label="Loading the studio" />
      ) : (
        <NoSong error={studio.song.error} onRetry={() => void studio.song.refetch()} />
      )}
    </Page>
  );
}

function NoSong({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const isGone = error instanceof Problem && error.status === 404;
  return (
    <EmptyState
      action={isGone ? <Link href="/">Go to the library</Link> : <Button onPress={onRetry}>Try again</Button>}
    >
      <strong>{isGone ? "There is no song here." : "The studio cannot be shown now."}</strong> {error.message}
    </EmptyState>
  );
}
