// The kinds of documents as icons; the word stands beside or is read aloud.
import { Earth, Mic, Music, NotebookPen } from "lucide-react";
import { KINDS } from "../../api/addresses";
import type { Kind } from "../../collab/shape";

const ICONS = { song: Music, persona: Mic, world: Earth, note: NotebookPen };

export function KindIcon({ kind, size = 18 }: { kind: Kind; size?: number }) {
  const Icon = ICONS[kind];
  return <Icon size={size} role="img" aria-label={KINDS[kind].name} />;
}
