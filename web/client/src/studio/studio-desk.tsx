// The studio once its song is known: player, words, what is being rendered, takes.
import { ArrowLeft, WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Link } from "wouter";
import { documentAddress } from "../api/addresses";
import { reachability } from "../api/reachability";
import { Button } from "../ui/button";
import { classes } from "../ui/classes";
import { Page } from "../ui/page";
import { Skeleton } from "../ui/skeleton";
import { counted } from "../ui/words";
import { JobsList } from "./jobs-list";
import { ListeningPanels } from "./listening-panels";
import { useRenderForm } from "./render-form";
import { RenderPanel } from "./render-panel";
import { useJobCommands, useRender, useTakeCommands } from "./studio-commands";
import type { Song } from "./studio-queries";
import { TakesList } from "./takes-list";
import { useAnnouncements } from "./use-announcements";
import { useListening, type Listening } from "./use-listening";
import type { Studio } from "./use-studio";

export interface StudioDeskProps {
  studio: Studio;
  song: Song;
  /** Whether the address asked for the Render button. */
  asksForRender: boolean;
}

export function StudioDesk({ studio, song, asksForRender }: StudioDeskProps) {
  const title = song.title ?? "Untitled";
  const listening = useListening(studio.takes, title);
  const said = useAnnouncements(studio.jobs.data?.jobs, studio.takes, studio.me?.person_id, listening.offer);
  const { take } = listening;
  return (
    <Page
      title={`Studio, ${title}`}
      width={take === null && studio.takesList.data !== undefined ? "reading" : "wide"}
      className={classes("studio", take !== null && "studio--with-player")}
      bar={{
        start: (
          <Link href={documentAddress("song", song.id)} className="studio__song">
            <ArrowLeft size={18} aria-hidden />
            <span className="visually-hidden">Back to </span>
            <span dir="auto">{title}</span>
          </Link>
        ),
      }}
    >
      <header className="studio__head">
        <h1>Studio</h1>
        <p className="studio__facts">{factsOf(song)}</p>
      </header>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <Unreachable />
      {take !== null && <ListeningPanels song={song} title={title} take={take} listening={listening} />}
      <Side studio={studio} song={song} title={title} listening={listening} asksForRender={asksForRender} />
    </Page>
  );
}

/** What is rendered and what was: the form, the jobs, the takes. */
function Side({
  studio,
  song,
  title,
  listening,
  asksForRender,
}: StudioDeskProps & { title: string; listening: Listening }) {
  const { takes, jobs, me, mayRender, engines, nameOf } = studio;
  const form = useRenderForm(engines.data ?? []);
  const render = useRender(song.id);
  const { cancel, retry } = useJobCommands(song.id);
  const { remove, restore } = useTakeCommands(song.id);
  return (
    <div className="studio__side">
      {mayRender === false && (
        <p className="studio__reader">
          You are a {me?.role} here: you can listen and download. To render or delete takes, ask an owner for the role
          of an editor.
        </p>
      )}
      {mayRender === true && (
        <RenderPanel
          song={song}
          engines={engines.data ?? []}
          form={form}
          takes={takes}
          isAsking={render.isPending}
          problem={render.error?.message ?? null}
          onRender={() => render.mutate({ request: form.request(song.id), songPosition: song.position })}
          takesFocus={asksForRender}
        />
      )}
      {jobs.data !== undefined && (
        <JobsList
          list={jobs.data}
          nameOf={nameOf}
          usual_s={studio.usual_s}
          commands={mayRender === true ? { cancel: cancel.mutate, retry: retry.mutate } : null}
        />
      )}
      {studio.takesList.data === undefined ? (
        <TakesPending studio={studio} />
      ) : (
        <TakesList
          takes={takes}
          jobs={jobs.data?.jobs ?? []}
          engines={engines.data ?? []}
          nameOf={nameOf}
          song={{ title, position: song.position }}
          state={listening.state}
          onPlay={listening.toggle}
          commands={
            mayRender === true ? { reuse: form.takeOver, remove: remove.mutate, restore: restore.mutate } : null
          }
        />
      )}
    </div>
  );
}

/** Says that news does not arrive; what is loaded can still be listened to. */
function Unreachable() {
  const isReachable = useSyncExternalStore(reachability.subscribe, reachability.getSnapshot);
  return (
    <div role="status" className="studio__news">
      {!isReachable && (
        <p className="studio__offline">
          <WifiOff size={16} aria-hidden />
          The studio cannot be reached. What you see may be old; it comes back by itself.
        </p>
      )}
    </div>
  );
}

function TakesPending({ studio }: { studio: Studio }) {
  if (studio.takesList.error === null) return <Skeleton lines={4} label="Loading takes" />;
  return (
    <p className="studio__reader">
      The takes cannot be shown now. {studio.takesList.error.message}{" "}
      <Button size="small" onPress={() => void studio.takesList.refetch()}>
        Try again
      </Button>
    </p>
  );
}

/** "A minor · 96 bpm · 8 sections". */
function factsOf(song: Song): string {
  const key = song.key === null ? null : [song.key, song.mode].filter(Boolean).join(" ");
  const sections = Object.keys(song.sections).length;
  const facts = [key, song.bpm === null ? null : `${song.bpm} bpm`, song.time_signature, counted(sections, "section")];
  return facts.filter((fact) => fact !== null).join(" · ");
}
