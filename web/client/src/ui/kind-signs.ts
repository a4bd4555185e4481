// The sign of each kind of document, the same in lists and in editors.
import { Earth, FileText, Mic, Music, NotebookPen, type LucideIcon } from "lucide-react";

const SIGNS = new Map<string, LucideIcon>([
  ["song", Music],
  ["persona", Mic],
  ["world", Earth],
  ["note", NotebookPen],
]);

/** The sign of a kind; of one that is not known here, a sheet of paper. */
export function signOf(kind: string): LucideIcon {
  return SIGNS.get(kind) ?? FileText;
}
