// A small mark on a field that has open threads; it leads to them.
import { MessageSquare } from "lucide-react";
import { pointerTo, type Path } from "../collab/path";
import { counted } from "../ui/words";
import { useCountAt, useMaybeDesk } from "./comment-desk";
import "./field-comments.css";

export function FieldComments({ path }: { path: Path }) {
  const place = pointerTo(path);
  const desk = useMaybeDesk();
  const count = useCountAt(place);
  if (count === 0) return null;
  const words = counted(count, "comment");
  return (
    <button
      type="button"
      className="field-comments"
      aria-label={`${words} here. Show`}
      title={words}
      onClick={() => desk?.open(desk.threadsAt(place)[0]?.id ?? null)}
    >
      <MessageSquare size={12} aria-hidden />
      <span aria-hidden>{count}</span>
    </button>
  );
}
