// The inbox: who said what to me, where, and when; reading an entry leads to it.
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { BellOff, CheckCheck, Inbox } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { api, Problem } from "../api/client";
import { inboxAddress, inboxQuery, useMarkRead, type InboxItem } from "../api/inbox";
import { showProblem } from "../api/problem-toast";
import { keys } from "../api/queries";
import { usePeople } from "../api/use-people";
import { Avatar } from "../ui/avatar";
import { Button, IconButton } from "../ui/button";
import { classes } from "../ui/classes";
import { EmptyState } from "../ui/empty-state";
import { Failure } from "../ui/failure";
import { Page } from "../ui/page";
import { Segments } from "../ui/segments";
import { shortTitle } from "../ui/short-title";
import { Skeleton } from "../ui/skeleton";
import { toasts } from "../ui/toasts";
import { When } from "../ui/when";
import "./inbox-page.css";

const DID: Record<InboxItem["kind"], string> = {
  mention: "mentioned you in",
  reply: "replied to you in",
  review_requested: "asked you to review",
  approved: "approved",
  changes_requested: "asked for changes in",
  merged: "merged",
};

type Shown = "all" | "unread";
const SHOWN: readonly { value: Shown; name: string }[] = [
  { value: "all", name: "All" },
  { value: "unread", name: "Unread" },
];

export default function InboxPage() {
  const [shown, setShown] = useState<Shown>("all");
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    inboxQuery(shown === "unread"),
  );
  const { mutate: markRead } = useMarkRead();
  const items = data?.pages.flatMap((page) => page.items);
  const unread = data?.pages[0]?.unread ?? 0;
  const newest = items?.[0];
  return (
    <Page title={unread === 0 ? "Inbox" : `Inbox (${unread})`} width="reading" className="inbox">
      <header className="inbox__head">
        <h1 className="page__title">Inbox</h1>
        <Button
          size="small"
          icon={<CheckCheck size={16} aria-hidden />}
          isDisabled={unread === 0 || newest === undefined}
          onPress={() => newest !== undefined && markRead({ up_to: newest.position })}
        >
          Mark all as read
        </Button>
      </header>
      <Segments label="Entries shown" hideLabel choices={SHOWN} value={shown} onChange={setShown} />
      {items === undefined && error === null && <Skeleton lines={6} label="Reading the inbox" />}
      {items === undefined && error !== null && (
        <Failure
          text={error instanceof Problem ? error.message : "The inbox could not be read."}
          requestId={error instanceof Problem ? error.requestId : null}
          onRetry={() => void refetch()}
        />
      )}
      {items?.length === 0 && <Nothing shown={shown} onAll={() => setShown("all")} />}
      {items !== undefined && items.length > 0 && (
        <ul className="inbox__list">
          {items.map((item) => (
            <Entry key={item.id} item={item} onRead={() => markRead({ ids: [item.id] })} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button tone="quiet" isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          Show older ones
        </Button>
      )}
    </Page>
  );
}

function Nothing({ shown, onAll }: { shown: Shown; onAll: () => void }) {
  return (
    <EmptyState
      icon={<Inbox size={28} aria-hidden />}
      action={shown === "unread" ? <Button onPress={onAll}>Show all</Button> : <Link href="/">Go to the library</Link>}
    >
      {shown === "unread"
        ? "You have read everything."
        : "Nothing is here yet. Mentions, replies and reviews for you will be."}
    </EmptyState>
  );
}

function Entry({ item, onRead }: { item: InboxItem; onRead: () => void }) {
  const { name: who, colour } = usePeople()(item.actor_id);
  const title = item.document_title === "" ? "Untitled" : item.document_title;
  const mute = useMute(item.document_id, title);
  return (
    <li className={classes("inbox__entry", !item.is_read && "inbox__entry--unread")}>
      <span aria-hidden>
        <Avatar name={who} colour={colour} />
      </span>
      <div className="inbox__what">
        <p className="inbox__line">
          {!item.is_read && <span className="inbox__dot" role="img" aria-label="Unread" />}
          <Link
            href={inboxAddress(item)}
            className="inbox__link"
            onClick={() => {
              if (!item.is_read) onRead();
            }}
          >
            <strong>{who}</strong> {DID[item.kind]}{" "}
            {item.branch_name !== null && (
              <>
                <strong>{item.branch_name}</strong> of{" "}
              </>
            )}
            <strong>{title}</strong>
          </Link>
        </p>
        {item.text !== "" && <p className="inbox__text">{item.text}</p>}
        <p className="inbox__when">
          <When at={item.at} />
        </p>
      </div>
      <div className="inbox__tools">
        {!item.is_read && (
          <IconButton size="small" label="Mark as read" icon={<CheckCheck size={16} aria-hidden />} onPress={onRead} />
        )}
        <IconButton
          size="small"
          label={`Mute ${title}`}
          icon={<BellOff size={16} aria-hidden />}
          onPress={() => void mute(true)}
        />
      </div>
    </li>
  );
}

/** Hears no more of a document, or again. */
function useMute(documentId: string, title: string) {
  const client = useQueryClient();
  const params = { path: { document_id: documentId } };
  const mute = async (isMuted: boolean): Promise<void> => {
    try {
      if (isMuted) await api.PUT("/api/v1/documents/{document_id}/mute", { params });
      else await api.DELETE("/api/v1/documents/{document_id}/mute", { params });
      await client.invalidateQueries({ queryKey: keys.inbox });
      toasts.show(
        isMuted
          ? {
              tone: "plain",
              text: `You hear no more of ${shortTitle(title)}.`,
              // Nowhere else can it be taken back.
              stays: true,
              action: { name: "Undo", onAction: () => void mute(false) },
            }
          : { tone: "plain", text: `You hear of ${shortTitle(title)} again.` },
      );
    } catch (error) {
      showProblem(error, () => void mute(isMuted));
    }
  };
  return mute;
}
