// The kinds of documents as icons; the word stands beside or is read aloud.
import { KINDS } from "../../api/addresses";
import type { Kind } from "../../collab/shape";
import { signOf } from "../../ui/kind-signs";

export function KindIcon({ kind, size = 18 }: { kind: Kind; size?: number }) {
  const Icon = signOf(kind);
  return <Icon size={size} role="img" aria-label={KINDS[kind].name} />;
}
