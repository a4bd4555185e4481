// In the bar of a document: which branch one is on, the others, and a new one.
import { useQuery } from "@tanstack/react-query";
import { ChevronDown, GitBranch, GitBranchPlus, House, ListTree } from "lucide-react";
import { useState } from "react";
import { branchEditorAddress, branchesAddress, documentAddress } from "../api/addresses";
import { branchesOfQuery, type Branch } from "../api/branches";
import { mayWrite } from "../api/roles";
import { useMe } from "../api/use-me";
import { useActions } from "../ui/actions";
import { Button } from "../ui/button";
import { classes } from "../ui/classes";
import { LazyMenu } from "../ui/lazy-menu";
import type { MenuAction } from "../ui/menu";
import { useLater } from "../ui/use-later";
import { showLoadFailure, useLoaded } from "../ui/use-loaded";
import { STANDING_WORDS, standingOf } from "./branch-state";
import "./branch-switch.css";

const loadDialog = () => import("./new-branch-dialog");
/** Branches that the menu offers; all of them have a page. */
const OFFERED_MAX = 8;
const MAIN = "main";

export interface BranchSwitchProps {
  kind: string;
  /** The document itself, not the content of one of its branches. */
  documentId: string;
  /** Null: the document itself. */
  current: Branch | null;
}

export function BranchSwitch({ kind, documentId, current }: BranchSwitchProps) {
  const isTime = useLater();
  const branches = useQuery({ ...branchesOfQuery(documentId), enabled: isTime }).data ?? [];
  const isWriter = mayWrite(useMe()?.role);
  const [isNaming, setNaming] = useState(false);
  const Dialog = useLoaded(isNaming ? loadDialog : null, () => {
    setNaming(false);
    showLoadFailure(() => setNaming(true));
  });
  useActions(
    isWriter
      ? [
          {
            id: "new-branch",
            name: "New branch of this document",
            keys: "N B",
            group: "New",
            icon: <GitBranchPlus aria-hidden />,
            run: () => setNaming(true),
          },
        ]
      : [],
  );
  return (
    <>
      <LazyMenu
        label="Branches"
        trigger={
          <Button
            size="small"
            tone="quiet"
            className={classes("branch-switch", current === null && "branch-switch--main")}
            aria-label={`Branch: ${current?.name ?? MAIN}`}
            icon={<GitBranch size={14} aria-hidden />}
          >
            <span className="branch-switch__name">{current?.name ?? MAIN}</span>
            <ChevronDown size={13} aria-hidden />
          </Button>
        }
        actions={offersOf({ kind, documentId, current }, branches, isWriter, () => setNaming(true))}
      />
      {Dialog !== null && isNaming && (
        <Dialog
          documentId={documentId}
          position={null}
          about="how the document is now"
          onClose={() => setNaming(false)}
        />
      )}
    </>
  );
}

function offersOf(
  { kind, documentId, current }: BranchSwitchProps,
  branches: readonly Branch[],
  isWriter: boolean,
  onNew: () => void,
): MenuAction[] {
  const open = branches.filter((branch) => branch.state === "open").slice(0, OFFERED_MAX);
  const offers: (MenuAction | false)[] = [
    {
      id: MAIN,
      name: current === null ? `${MAIN}, you are here` : MAIN,
      icon: <House />,
      href: documentAddress(kind, documentId),
    },
    ...open.map((branch, index) => ({
      id: branch.id,
      name: branch.id === current?.id ? `${branch.name}, you are here` : `${branch.name} · ${wordsOf(branch)}`,
      icon: <GitBranch />,
      href: branchEditorAddress(branch),
      startsGroup: index === 0,
    })),
    isWriter && { id: "new", name: "New branch…", icon: <GitBranchPlus />, startsGroup: true, onAction: onNew },
    {
      id: "all",
      name: "All branches",
      icon: <ListTree />,
      href: branchesAddress(kind, documentId),
      startsGroup: !isWriter,
    },
  ];
  return offers.filter((offer) => offer !== false);
}

function wordsOf(branch: Branch): string {
  return STANDING_WORDS[standingOf(branch)].toLowerCase();
}
