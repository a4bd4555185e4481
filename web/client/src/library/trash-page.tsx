// The trash: what was thrown away, and the way back.
import { useInfiniteQuery } from "@tanstack/react-query";
import { RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { isKindName, KINDS } from "../api/addresses";
import { Problem } from "../api/client";
import { documentsQuery } from "../api/queries";
import { mayWrite } from "../api/roles";
import { useMe } from "../api/use-me";
import { Button, IconButton } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Failure } from "../ui/failure";
import { Page } from "../ui/page";
import { Skeleton } from "../ui/skeleton";
import { When } from "../ui/when";
import { useRestore, type DocumentItem } from "./document-requests";
import { EraseDialog } from "./erase-dialog";
import { KindIcon } from "./kind-icon";
import { useNearEnd } from "./use-near-end";
import "./document-list.css";
import "./trash-page.css";

const TRASHED = documentsQuery({ search: "", kinds: [], order: "recent", trashed: true });

export default function TrashPage() {
  return (
    <Page title="Trash">
      <header className="trash__head">
        <h1 className="page__title">Trash</h1>
        <p className="trash__note">
          Documents stay here until somebody takes them back, or an owner deletes them for ever.
        </p>
      </header>
      <TrashList />
    </Page>
  );
}

function TrashList() {
  const list = useInfiniteQuery(TRASHED);
  const end = useNearEnd(() => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
  });
  if (list.data === undefined)
    return list.error instanceof Problem ? (
      <Failure text={list.error.message} requestId={list.error.requestId} onRetry={() => void list.refetch()} />
    ) : (
      <Skeleton lines={4} label="Loading the trash" />
    );
  const documents = list.data.pages.flatMap((page) => page.items);
  if (documents.length === 0)
    return (
      <EmptyState
        icon={<Trash2 size={28} aria-hidden />}
        action={
          <Link href="/" className="button button--plain button--medium">
            Go to the library
          </Link>
        }
      >
        The trash is empty.
      </EmptyState>
    );
  return (
    <>
      <ul className="document-list" aria-label="Documents in the trash">
        {documents.map((document) => (
          <TrashRow key={document.id} document={document} />
        ))}
      </ul>
      <div ref={end} className="document-list__end" />
    </>
  );
}

function TrashRow({ document }: { document: DocumentItem }) {
  const me = useMe();
  const restore = useRestore();
  const [isErasing, setErasing] = useState(false);
  return (
    <li className="trash__row">
      <KindIcon kind={document.kind} size="medium" />
      <div className="trash__words">
        <span dir="auto" className="trash__title">
          {document.title}
        </span>
        <span className="trash__note">
          {isKindName(document.kind) ? KINDS[document.kind].name : document.kind}
          {document.trashed_at !== null && (
            <>
              , thrown away <When at={document.trashed_at} />
            </>
          )}
        </span>
      </div>
      {mayWrite(me?.role) && (
        <Button
          icon={<RotateCcw size={16} aria-hidden />}
          aria-label={`Restore ${document.title}`}
          isPending={restore.isPending}
          onPress={() => restore.mutate(document)}
        >
          Restore
        </Button>
      )}
      {me?.role === "owner" && (
        <IconButton
          icon={<Trash2 size={18} aria-hidden />}
          label={`Delete ${document.title} for ever`}
          onPress={() => setErasing(true)}
        />
      )}
      {isErasing && <EraseDialog document={document} onClose={() => setErasing(false)} />}
    </li>
  );
}
