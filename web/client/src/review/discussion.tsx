// What is said about a branch, beside its review: the same threads as in its editor, where their words are shown.
import { MessageSquare } from "lucide-react";
import { useLocation } from "wouter";
import { branchEditorAddress } from "../api/addresses";
import type { Branch } from "../api/branches";
import { useDesk, useDeskPart } from "../comments/comment-desk";
import { CommentsPanel } from "../comments/comments-panel";
import { useActions } from "../ui/actions";
import { placeInWords } from "./conflict-words";
import type { Review } from "./use-review";

export interface DiscussionProps {
  branch: Branch;
  contents: Review["contents"];
}

export function Discussion({ branch, contents }: DiscussionProps) {
  const desk = useDesk();
  const isOpen = useDeskPart("isOpen");
  const [, navigate] = useLocation();
  useActions([
    {
      id: "comments",
      name: isOpen ? "Close comments" : "Comments on this branch",
      group: "Review",
      keys: "G C",
      icon: <MessageSquare aria-hidden />,
      run: () => (isOpen ? desk.close() : desk.open()),
    },
  ]);
  return (
    <CommentsPanel
      documentId={branch.content_id}
      nameOf={(path) =>
        path === "" ? "The branch" : placeInWords(branch.kind, path, [contents.after, contents.before])
      }
      onShow={({ id }) => navigate(`${branchEditorAddress(branch)}?comment=${id}`)}
    />
  );
}
