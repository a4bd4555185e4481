// Instead of a document that cannot be shown: it is still opening, gone, or in the trash.
import { FileQuestion, RotateCcw, Trash2 } from "lucide-react";
import { Link } from "wouter";
import { useDocument, useSessionPart } from "../../collab/context";
import { mayWrite } from "../../api/roles";
import { useMe } from "../../api/use-me";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { Skeleton } from "../../ui/skeleton";
import { KINDS } from "../../api/addresses";
import { useDocumentCommands } from "./use-document-commands";

export function Absent() {
  const { kind } = useDocument();
  const phase = useSessionPart("phase");
  const connection = useSessionPart("connection");
  const name = KINDS[kind].name.toLowerCase();
  const { restore } = useDocumentCommands(`This ${name}`);
  const me = useMe();
  const mayRestore = mayWrite(me?.role);
  if (phase === "loading")
    return (
      <>
        <Skeleton lines={7} label={`Opening the ${name}`} />
        {connection === "offline" && (
          <EmptyState title="The studio cannot be reached">
            This browser has not kept this {name}. It opens by itself when the studio is back.
          </EmptyState>
        )}
      </>
    );
  if (phase === "trashed")
    return (
      <EmptyState
        icon={<Trash2 size={28} aria-hidden />}
        title={`This ${name} is in the trash.`}
        action={
          mayRestore ? (
            <Button tone="primary" icon={<RotateCcw size={16} aria-hidden />} onPress={restore}>
              Restore it
            </Button>
          ) : (
            <Link href="/">Go to the library</Link>
          )
        }
      >
        {mayRestore ? "Restore it to go on." : "An editor can restore it."}
      </EmptyState>
    );
  if (phase === "signed-out")
    return <EmptyState title="You are signed out.">Open a sign-in link in this browser to go on.</EmptyState>;
  return (
    <EmptyState
      icon={<FileQuestion size={28} aria-hidden />}
      title={`There is no such ${name} here.`}
      action={<Link href="/">Go to the library</Link>}
    >
      It may have been erased, or the link was mistyped.
    </EmptyState>
  );
}
