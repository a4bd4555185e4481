// The sign of a kind of document, always beside its name or with it read aloud.
import { Earth, FileText, Music, UserRound, type LucideIcon } from "lucide-react";
import { isKindName, type KindName } from "../api/addresses";
import { classes } from "../ui/classes";
import "./kind-icon.css";

const ICONS: Record<KindName, LucideIcon> = { song: Music, persona: UserRound, world: Earth, note: FileText };

export function KindIcon({ kind, size = "small" }: { kind: string; size?: "small" | "medium" }) {
  const Icon = isKindName(kind) ? ICONS[kind] : FileText;
  return (
    <span className={classes("kind-icon", `kind-icon--${size}`, `kind-icon--${kind}`)}>
      <Icon aria-hidden />
    </span>
  );
}
