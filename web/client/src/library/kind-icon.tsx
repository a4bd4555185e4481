// The sign of a kind of document, always beside its name or with it read aloud.
import { classes } from "../ui/classes";
import { signOf } from "../ui/kind-signs";
import "./kind-icon.css";

export function KindIcon({ kind, size = "small" }: { kind: string; size?: "small" | "medium" }) {
  const Icon = signOf(kind);
  return (
    <span className={classes("kind-icon", `kind-icon--${size}`, `kind-icon--${kind}`)}>
      <Icon aria-hidden />
    </span>
  );
}
