// What keeps one from writing or saving, said above the document with what to do about it.
import { CloudOff, Eye, LogIn, RotateCcw, Trash2, TriangleAlert } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { mayWrite as mayWriteAs } from "../../api/roles";
import { useSessionPart } from "../../collab/context";
import { Button } from "../../ui/button";
import { classes } from "../../ui/classes";
import { useDocumentCommands } from "./use-document-commands";
import { useTitle } from "./use-title";
import "./banners.css";

/** Milliseconds without a connection before it is worth a line: a short break heals by itself. */
const OFFLINE_AFTER_MS = 2500;

export function Banners({ onShowRefusals }: { onShowRefusals: () => void }) {
  const phase = useSessionPart("phase");
  const connection = useSessionPart("connection");
  const mayWrite = useSessionPart("mayWrite");
  const keptLocally = useSessionPart("keptLocally");
  const readOnlyReason = useSessionPart("readOnlyReason");
  const role = useSessionPart("role");
  const refusals = useSessionPart("refusals");
  const { restore } = useDocumentCommands(useTitle());
  const isOffline = useLasting(connection === "offline" && phase === "ready", OFFLINE_AFTER_MS);
  const mayRestore = mayWriteAs(role);
  return (
    <div className="banners">
      {refusals.length > 0 && (
        <Banner
          tone="danger"
          icon={<TriangleAlert size={16} aria-hidden />}
          action={
            <Button size="small" onPress={onShowRefusals}>
              See what and why
            </Button>
          }
        >
          Some of what you wrote was not accepted. It is not lost.
        </Banner>
      )}
      {phase === "trashed" && (
        <Banner
          tone="warning"
          icon={<Trash2 size={16} aria-hidden />}
          action={
            mayRestore && (
              <Button size="small" icon={<RotateCcw size={14} aria-hidden />} onPress={restore}>
                Restore
              </Button>
            )
          }
        >
          This document is in the trash.{mayRestore ? " Restore it to go on writing." : " An editor can restore it."}
        </Banner>
      )}
      {phase === "missing" && (
        <Banner tone="danger" icon={<TriangleAlert size={16} aria-hidden />}>
          This document is not in the studio any more. You can still read and copy what is shown here.
        </Banner>
      )}
      {phase === "signed-out" && (
        <Banner tone="warning" icon={<LogIn size={16} aria-hidden />}>
          {keptLocally
            ? "You are signed out. What you wrote is kept in this browser; open a sign-in link to go on."
            : "You are signed out, and this browser keeps nothing. Leave this tab open, and open a sign-in link in another one."}
        </Banner>
      )}
      {phase === "ready" && !mayWrite && readOnlyReason !== null && (
        <Banner tone="plain" icon={<Eye size={16} aria-hidden />}>
          {readOnlyReason}
        </Banner>
      )}
      {isOffline && mayWrite && (
        <Banner tone="plain" icon={<CloudOff size={16} aria-hidden />}>
          {keptLocally
            ? "The studio cannot be reached. Write on: everything is kept in this browser and goes out by itself, even if you close this tab."
            : "The studio cannot be reached, and this browser keeps nothing. Leave this tab open until it is back."}
        </Banner>
      )}
    </div>
  );
}

interface BannerProps {
  tone: "plain" | "warning" | "danger";
  icon: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}

function Banner({ tone, icon, action, children }: BannerProps) {
  return (
    <div className={classes("banners__banner", `banners__banner--${tone}`)} role="status">
      {icon}
      <p>{children}</p>
      {action}
    </div>
  );
}

/** True once something has been true for so long. */
function useLasting(isTrue: boolean, afterMs: number): boolean {
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    if (!isTrue) return;
    const timer = setTimeout(() => setLasting(true), afterMs);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [isTrue, afterMs]);
  return isLasting && isTrue;
}
