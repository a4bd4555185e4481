// What stands around every editor: title, what is saved, who is here, undo, sharing, and whatever keeps one from writing.
import { useEffect, useState, type KeyboardEvent, type ReactNode } from "react";
import { useCurrentBranch } from "../../branches/current-branch";
import { useDocument, useSessionPart } from "../../collab/context";
import type { DocumentSession } from "../../collab/document-session";
import { useDeskPart } from "../../comments/comment-desk";
import { CommentsProvider } from "../../comments/comments-provider";
import { isMac } from "../../ui/kbd";
import { classes } from "../../ui/classes";
import { Page, type PageProps } from "../../ui/page";
import { BranchStrip } from "../branch/branch-strip";
import { rehearseInTurn } from "../fields/rehearsal";
import { WarningsProvider } from "../fields/warnings-at";
import { Absent } from "./absent";
import { Banners } from "./banners";
import { CommentsRail } from "./comments-rail";
import "./document-frame.css";
import { DocumentBarEnd, DocumentBarStart } from "./document-bar";
import { useLostEntryNews } from "./lost-entry";
import { RefusalSheet } from "./refusal-sheet";
import { SavedNews } from "./saved-chip";
import { useTitle } from "./use-title";

export interface DocumentFrameProps {
  /** How wide the text may run. */
  width?: NonNullable<PageProps["width"]>;
  className?: string;
  children: ReactNode;
}

/** Goes inside a DocumentProvider, around the editor of its kind. */
export function DocumentFrame(props: DocumentFrameProps) {
  const { id } = useDocument();
  return (
    <CommentsProvider documentId={id}>
      <FramePage {...props} />
    </CommentsProvider>
  );
}

function FramePage({ width = "full", className, children }: DocumentFrameProps) {
  const session = useDocument();
  const phase = useSessionPart("phase");
  const title = useTitle();
  const branch = useCurrentBranch();
  const isBesideComments = useDeskPart("isOpen");
  const [isSheetOpen, setSheetOpen] = useState(false);
  const [wasReady, setWasReady] = useState(false);
  // What has been shown stays readable, whatever happens to the document meanwhile.
  if (phase === "ready" && !wasReady) setWasReady(true);
  useLostEntryNews();
  useEffect(() => {
    if (wasReady) rehearseInTurn();
  }, [wasReady]);
  return (
    <WarningsProvider>
      <Page
        title={wasReady ? title : ""}
        width={width}
        className={classes(isBesideComments && "page--beside", className)}
        bar={{
          start: wasReady ? <DocumentBarStart title={title} /> : undefined,
          end: wasReady ? <DocumentBarEnd title={title} onShowRefusals={() => setSheetOpen(true)} /> : undefined,
        }}
      >
        {wasReady ? (
          // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- Undo works in every field; each control keeps its own keys.
          <div className="document-frame" onKeyDown={(event) => undoFromField(event, session)}>
            {branch !== null && <BranchStrip branch={branch} />}
            <Banners onShowRefusals={() => setSheetOpen(true)} />
            {children}
          </div>
        ) : (
          <Absent />
        )}
        {wasReady && <CommentsRail />}
        <SavedNews />
        <RefusalSheet isOpen={isSheetOpen} onClose={() => setSheetOpen(false)} />
      </Page>
    </WarningsProvider>
  );
}

/** Undo and redo in a field where nothing is being typed: there, the browser's own would undo what is shared already. */
function undoFromField(event: KeyboardEvent, session: DocumentSession): void {
  const isMod = isMac ? event.metaKey : event.ctrlKey;
  const key = event.key.toLowerCase();
  const { target } = event;
  if (!isMod || event.altKey || event.defaultPrevented || (key !== "z" && key !== "y")) return;
  if (
    !(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) ||
    target.dataset["typing"] !== undefined
  )
    return;
  event.preventDefault();
  event.stopPropagation();
  if (key === "y" || event.shiftKey) session.redoMine();
  else session.undoMine();
}
