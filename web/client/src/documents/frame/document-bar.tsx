// A document's part of the bar: what it is, whether it is saved, who is here, what one can do.
import {
  Copy,
  Disc3,
  EllipsisVertical,
  FileText,
  GitBranch,
  GitPullRequest,
  History,
  Redo2,
  ScrollText,
  Share2,
  Trash2,
  Undo2,
} from "lucide-react";
import { Link } from "wouter";
import {
  branchAddress,
  branchesAddress,
  branchHistoryAddress,
  historyAddress,
  studioAddress,
  type KindName,
} from "../../api/addresses";
import { mayWrite } from "../../api/roles";
import { CommentsButton } from "../../comments/comments-button";
import { BranchSwitch } from "../../branches/branch-switch";
import { useCurrentBranch } from "../../branches/current-branch";
import { useDocument, useSessionPart } from "../../collab/context";
import { useAction, type Action } from "../../ui/actions";
import { Button, IconButton } from "../../ui/button";
import { LazyMenu } from "../../ui/lazy-menu";
import type { MenuAction } from "../../ui/menu";
import { KindIcon } from "./kind-icon";
import { PeopleHere } from "./people-here";
import { SavedChip } from "./saved-chip";
import { UndoButtons } from "./undo-buttons";
import { useDocumentCommands } from "./use-document-commands";
import { useUndo } from "./use-undo";

/** The kind and the title, so that one knows where one is however far down the page. */
export function DocumentBarStart({ title }: { title: string }) {
  const { id, kind } = useDocument();
  const branch = useCurrentBranch();
  return (
    <>
      <div className="document-bar__title">
        <KindIcon kind={kind} />
        <span dir="auto" title={title}>
          {title}
        </span>
      </div>
      <BranchSwitch kind={kind} documentId={branch?.document_id ?? id} current={branch} />
    </>
  );
}

export function DocumentBarEnd({ title, onShowRefusals }: { title: string; onShowRefusals: () => void }) {
  const { id, kind } = useDocument();
  const share = useAction("share");
  const isMain = useCurrentBranch() === null;
  return (
    <>
      <SavedChip onShowRefusals={onShowRefusals} />
      <PeopleHere />
      <CommentsButton />
      <span className="document-bar__group document-bar__wide">
        <UndoButtons />
      </span>
      {kind === "song" && isMain && (
        <Link href={studioAddress(id)} className="document-bar__link document-bar__wide">
          <Disc3 size={16} aria-hidden />
          Studio
        </Link>
      )}
      {share?.run !== undefined && (
        <Button
          size="small"
          className="document-bar__wide"
          icon={<Share2 size={14} aria-hidden />}
          onPress={() => share.run?.()}
        >
          Share
        </Button>
      )}
      <DocumentMenu title={title} share={share} />
    </>
  );
}

function DocumentMenu({ title, share }: { title: string; share: Action | undefined }) {
  const { id, kind } = useDocument();
  const role = useSessionPart("role");
  const branch = useCurrentBranch();
  const { canUndo, canRedo, undo, redo } = useUndo();
  const { duplicate, trash } = useDocumentCommands(title);
  const mayEdit = mayWrite(role);
  const list: (MenuAction | false)[] = [
    mayEdit && { id: "undo", name: "Undo", keys: "Mod+Z", icon: <Undo2 />, isDisabled: !canUndo, onAction: undo },
    mayEdit && { id: "redo", name: "Redo", icon: <Redo2 />, isDisabled: !canRedo, onAction: redo },
    share?.run !== undefined && {
      id: "share",
      name: "Share",
      icon: <Share2 />,
      startsGroup: mayEdit,
      onAction: () => share.run?.(),
    },
    ...(branch === null
      ? documentOffers(kind, id)
      : [
          { id: "review", name: "Review", icon: <GitPullRequest />, href: branchAddress(branch), startsGroup: true },
          { id: "history", name: "History of this branch", icon: <History />, href: branchHistoryAddress(branch) },
        ]),
    mayEdit && { id: "duplicate", name: "Duplicate", icon: <Copy />, startsGroup: true, onAction: duplicate },
    // A branch is closed where it is reviewed.
    mayEdit &&
      branch === null && { id: "trash", name: "Move to the trash", icon: <Trash2 />, tone: "danger", onAction: trash },
    { id: "library", name: "Library", icon: <FileText />, href: "/", startsGroup: true },
  ];
  return (
    <LazyMenu
      label="Document"
      trigger={
        <IconButton label="More for this document" size="small" icon={<EllipsisVertical size={18} aria-hidden />} />
      }
      actions={list.filter((action) => action !== false)}
    />
  );
}

/** Where else the document itself is looked at. */
function documentOffers(kind: KindName, id: string): (MenuAction | false)[] {
  const isSong = kind === "song";
  return [
    isSong && { id: "studio", name: "Studio", icon: <Disc3 />, href: studioAddress(id), startsGroup: true },
    isSong && { id: "lyrics", name: "Lyric sheet", icon: <ScrollText />, href: `/songs/${id}/lyrics` },
    { id: "history", name: "History", icon: <History />, href: historyAddress(kind, id), startsGroup: !isSong },
    { id: "branches", name: "Branches", icon: <GitBranch />, href: branchesAddress(kind, id) },
  ];
}
