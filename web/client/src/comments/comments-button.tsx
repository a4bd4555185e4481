// In the bar: opens and closes the comments, and says how many threads are open.
import { MessageSquare } from "lucide-react";
import { IconButton } from "../ui/button";
import { useDesk, useDeskPart } from "./comment-desk";
import "./comments-button.css";

export function CommentsButton() {
  const desk = useDesk();
  const isOpen = useDeskPart("isOpen");
  const { length } = useDeskPart("threads");
  return (
    <span className="comments-button">
      <IconButton
        size="small"
        label={length === 0 ? "Comments" : `Comments, ${length} open`}
        keys="G C"
        aria-pressed={isOpen}
        icon={<MessageSquare size={18} aria-hidden />}
        onPress={() => (isOpen ? desk.close() : desk.open())}
      />
      {length > 0 && (
        <span className="comments-button__count" aria-hidden>
          {length > 99 ? "99+" : length}
        </span>
      )}
    </span>
  );
}
