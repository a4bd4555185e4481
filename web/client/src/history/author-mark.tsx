// Who made a change: a small disc beside it, with name and time on hover and focus; pressed, it leads to the sitting.
import { createContext, useContext } from "react";
import { Button } from "react-aria-components/Button";
import { Avatar, personColour } from "../ui/avatar";
import { Tooltip, TooltipTrigger } from "../ui/tooltip";
import type { PersonOf } from "../api/use-people";
import type { Author } from "./requests";
import { momentInWords } from "./timeline-entries";
import "./author-mark.css";

export interface Authorship {
  authorOf: PersonOf;
  /** Leads to the sitting in which somebody did something. */
  onShow: ((author: Author) => void) | null;
  /** Whose changes stand out; null: everybody's. */
  litId: string | null;
}

export const AuthorshipContext = createContext<Authorship | null>(null);

/** Who wrote what, for everything inside a comparison. */
export function useAuthorship(): Authorship {
  const authorship = useContext(AuthorshipContext);
  if (authorship === null) throw new Error("no authorship around");
  return authorship;
}

export function AuthorMark({ author }: { author: Author }) {
  const { authorOf, onShow, litId } = useAuthorship();
  const { name, colour } = authorOf(author.person_id);
  const isMerged = author.merged_at !== null;
  const said = `${name}, ${momentInWords(author.at, new Date())}${isMerged ? ", on a branch" : ""}`;
  return (
    <TooltipTrigger>
      <Button
        className="author-mark"
        data-dim={(litId !== null && litId !== author.person_id) || undefined}
        aria-label={onShow === null ? said : `${said}. Show ${isMerged ? "the merge" : "that sitting"}`}
        onPress={() => onShow?.(author)}
      >
        <span aria-hidden>
          <Avatar name={name} colour={colour} size="small" />
        </span>
      </Button>
      <Tooltip>{said}</Tooltip>
    </TooltipTrigger>
  );
}

/** What a person's words are drawn with. */
export function authorStyle(colour: number | null): Record<`--${string}`, string> {
  return { "--author": personColour(colour) };
}
