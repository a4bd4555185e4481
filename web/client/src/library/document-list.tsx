// The documents a filter finds, more of them as one scrolls; read again whenever news come.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Copy, PencilLine, SquareArrowOutUpRight, Trash2 } from "lucide-react";
import { useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { documentAddress } from "../api/addresses";
import { Problem } from "../api/client";
import { documentsQuery, membersQuery, presenceQuery, type DocumentsFilter } from "../api/queries";
import { mayWrite } from "../api/roles";
import { useMe } from "../api/use-me";
import { Button } from "../ui/button";
import { Failure } from "../ui/failure";
import type { MenuAction } from "../ui/menu";
import { Skeleton } from "../ui/skeleton";
import { showLoadFailure, useLoaded } from "../ui/use-loaded";
import { whenIdle } from "../ui/when-idle";
import { useDuplicate, useTrash, type DocumentItem } from "./document-requests";
import { DocumentRow } from "./document-row";
import { preloadEditor } from "./preload";
import { useNearEnd } from "./use-near-end";
import "./document-list.css";

const loadRenameDialog = async () => ({ default: (await import("./rename-dialog")).RenameDialog });

export function DocumentList({ filter, empty }: { filter: DocumentsFilter; empty: ReactNode }) {
  const list = useInfiniteQuery(documentsQuery(filter));
  const presence = useQuery(presenceQuery).data;
  const nameOf = useNames();
  const { actionsFor, dialog } = useRowActions();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const end = useNearEnd(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  });
  const documents = useMemo(() => oneOfEach(list.data?.pages.flatMap((page) => page.items) ?? []), [list.data]);
  usePreload(documents);
  if (list.data === undefined)
    return list.error instanceof Problem ? (
      <Failure text={list.error.message} requestId={list.error.requestId} onRetry={() => void list.refetch()} />
    ) : (
      <Skeleton lines={6} label="Loading documents" />
    );
  if (documents.length === 0) return <div className={list.isPlaceholderData ? "document-list--old" : ""}>{empty}</div>;
  return (
    <>
      <ul
        className={list.isPlaceholderData ? "document-list document-list--old" : "document-list"}
        aria-label="Documents"
      >
        {documents.map((document) => (
          <DocumentRow
            key={document.id}
            document={document}
            author={nameOf(document.updated_by)}
            people={presence?.get(document.id)}
            actions={actionsFor(document)}
          />
        ))}
      </ul>
      <div ref={end} className="document-list__end">
        {hasNextPage && (
          <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
            Show more
          </Button>
        )}
      </div>
      {dialog}
    </>
  );
}

/** Names of members by id; "You" for myself, null for whoever is not a member (any more). */
function useNames(): (personId: string) => string | null {
  const members = useQuery(membersQuery).data;
  const me = useMe();
  const names = useMemo(() => new Map(members?.map((member) => [member.person_id, member.name])), [members]);
  return useCallback((personId) => (personId === me?.person_id ? "You" : (names.get(personId) ?? null)), [names, me]);
}

/** Loads the editor of what is most likely opened next, once there is nothing else to do. */
function usePreload(documents: readonly DocumentItem[]): void {
  const kind = documents[0]?.kind;
  useEffect(() => (kind === undefined || savesData() ? undefined : whenIdle(() => preloadEditor(kind))), [kind]);
}

/** Whether this browser is asked to load nothing that may not be needed. */
function savesData(): boolean {
  return "connection" in navigator && (navigator.connection as { saveData?: boolean }).saveData === true;
}

/** What one may do with a row, by one's role; and the dialog it may open. */
function useRowActions() {
  const me = useMe();
  const { mutate: duplicate } = useDuplicate();
  const { mutate: trash } = useTrash();
  const [renamed, setRenamed] = useState<DocumentItem | null>(null);
  const isWriter = mayWrite(me?.role);
  const made = useMemo(() => new WeakMap<DocumentItem, MenuAction[]>(), []);
  const actionsFor = useCallback(
    (document: DocumentItem) => {
      if (!isWriter) return NO_ACTIONS;
      const known = made.get(document);
      if (known !== undefined) return known;
      const href = documentAddress(document.kind, document.id);
      const isReadable = document.problem === null;
      const actions: MenuAction[] = [
        { id: "open", name: "Open", icon: <SquareArrowOutUpRight aria-hidden />, href },
        ...(isReadable
          ? [
              { id: "rename", name: "Rename", icon: <PencilLine aria-hidden />, onAction: () => setRenamed(document) },
              { id: "duplicate", name: "Duplicate", icon: <Copy aria-hidden />, onAction: () => duplicate(document) },
            ]
          : []),
        {
          id: "trash",
          name: "Move to the trash",
          icon: <Trash2 aria-hidden />,
          tone: "danger",
          startsGroup: true,
          onAction: () => trash(document),
        },
      ];
      made.set(document, actions);
      return actions;
    },
    [duplicate, isWriter, made, trash],
  );
  const RenameDialog = useLoaded(renamed === null ? null : loadRenameDialog, () => {
    setRenamed(null);
    showLoadFailure(() => setRenamed(renamed));
  });
  const dialog = renamed !== null && RenameDialog !== null && (
    <RenameDialog document={renamed} onClose={() => setRenamed(null)} />
  );
  return { actionsFor, dialog };
}

/** The same list each time: rows are drawn again only when something about them changed. */
const NO_ACTIONS: MenuAction[] = [];

/** A document that changed while pages were read may stand on two of them. */
function oneOfEach(documents: readonly DocumentItem[]): DocumentItem[] {
  return [...new Map(documents.map((document) => [document.id, document])).values()];
}
