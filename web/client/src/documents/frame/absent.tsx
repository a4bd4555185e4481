// Instead of a document that cannot be shown: it is still opening, gone, or in the trash.
import { FileQuestion, RotateCcw, Trash2 } from "lucide-react";
import { Link } from "wouter";
import { useDocument, useSessionPart } from "../../collab/context";
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
  const mayRestore = me?.role === "editor" || me?.role === "owner";
  if (phase === "loading")
    return (
      <>
        <Skeleton lines={7} label={`Opening the ${name}`} />
        {connection === "offline" && (
          <EmptyState>
            The studio cannot be reached, and this browser has not kept this {name}. It opens by itself when the studio
            is back.
          </EmptyState>
        )}
      </>
    );
  if (phase === "trashed")
    return (
      <EmptyState
        icon={<Trash2 size={28} aria-hidden />}
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
        <strong>This {name} is in the trash.</strong>{" "}
        {mayRestore ? "Restore it to go on." : "An editor can restore it."}
      </EmptyState>
    );
  if (phase === "signed-out")
    return (
      <EmptyState>
        <strong>You are signed out.</strong> Open a sign-in link in this browser to go on.
      </EmptyState>
    );
  return (
    <EmptyState icon={<FileQuestion size={28} aria-hidden />} action={<Link href="/">Go to the library</Link>}>
      <strong>There is no such {name} here.</strong> It may have been erased, or the link was mistyped.
    </EmptyState>
  );
}
