// One document in a list: what it is, how much there is, who is in it, who changed it and when.
import { MoreHorizontal, TriangleAlert } from "lucide-react";
import { memo, type ReactNode } from "react";
import { Link } from "wouter";
import { documentAddress, isKindName, KINDS } from "../api/addresses";
import type { Schemas } from "../api/client";
import { AvatarStack } from "../ui/avatar-stack";
import { IconButton } from "../ui/button";
import { classes } from "../ui/classes";
import { LazyMenu } from "../ui/lazy-menu";
import type { MenuAction } from "../ui/menu";
import { When } from "../ui/when";
import { countsInWords } from "./counts";
import type { DocumentItem } from "./document-requests";
import { KindIcon } from "./kind-icon";
import { openOnPress, preloadEditor } from "./preload";
import { moveBetweenRows } from "./row-focus";
import "./document-row.css";

const NOBODY: readonly Schemas["PresentPerson"][] = [];

export interface DocumentRowProps {
  document: DocumentItem;
  /** Who changed it last; null: nobody who is known here. */
  author: string | null;
  people?: readonly Schemas["PresentPerson"][] | undefined;
  /** What one can do with it besides opening; none: no menu. */
  actions: MenuAction[];
}

export const DocumentRow = memo(function DocumentRow({ document, author, people, actions }: DocumentRowProps) {
  const { kind, id, title, subtitle, problem, counts } = document;
  const kindName = isKindName(kind) ? KINDS[kind].name : kind;
  const preload = () => preloadEditor(kind);
  return (
    <li className={classes("document-row", actions.length === 0 && "document-row--still")}>
      <KindIcon kind={kind} size="medium" />
      <div className="document-row__words">
        <Link
          dir="auto"
          className="document-row__link"
          href={documentAddress(kind, id)}
          onPointerEnter={preload}
          onPointerDown={openOnPress(kind, id)}
          onFocus={preload}
          onKeyDown={moveBetweenRows}
        >
          {title}
        </Link>
        {problem === null ? (
          <p className="document-row__subtitle">
            <span className="document-row__kind">{kindName}</span>
            {subtitle !== "" && <Dot>{subtitle}</Dot>}
          </p>
        ) : (
          <p className="document-row__problem">
            <TriangleAlert size={14} aria-hidden /> Its content cannot be read: {problem}
          </p>
        )}
      </div>
      <p className="document-row__counts">{countsInWords(counts)}</p>
      <span className="document-row__people">
        <AvatarStack people={people ?? NOBODY} size="small" label="Here now" />
      </span>
      <p className="document-row__when">
        <When at={document.updated_at} />
        {author !== null && <span className="document-row__author">{author}</span>}
      </p>
      {actions.length > 0 && (
        <span className="document-row__menu">
          <LazyMenu
            label={`What to do with ${title}`}
            trigger={
              <IconButton label={`More about ${title}`} size="small" icon={<MoreHorizontal size={18} aria-hidden />} />
            }
            actions={actions}
          />
        </span>
      )}
    </li>
  );
});

function Dot({ children }: { children: ReactNode }) {
  return (
    <>
      <span aria-hidden> · </span>
      {children}
    </>
  );
}
