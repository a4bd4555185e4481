// The title of a document, as large as it deserves: the heading of its page, written where it stands.
import { useEffect, useRef, type RefObject } from "react";
import { useDocument } from "../../collab/context";
import { isNew, KINDS } from "../../api/addresses";
import { titlePathOf } from "../fields/definitions";
import { LineField } from "../fields/line-field";
import { useMayWrite } from "../fields/use-field";
import { useTitle } from "./use-title";
import "./document-title.css";

/** Whoever has just made a document types its name: letters must not become commands of the page. */
function useNameFirst(place: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (!isNew()) return;
    const input = place.current?.querySelector("textarea");
    input?.focus();
    input?.select();
  }, [place]);
}

export function DocumentTitle({ placeholder = "Untitled" }: { placeholder?: string }) {
  const { kind } = useDocument();
  const title = useTitle();
  const path = titlePathOf(kind);
  const place = useRef<HTMLDivElement>(null);
  useNameFirst(place);
  if (!useMayWrite())
    return (
      <h1 dir="auto" className="document-title document-title--fixed">
        {title}
      </h1>
    );
  return (
    <div ref={place} className="document-title__place">
      <h1 className="visually-hidden">{title}</h1>
      <LineField
        path={path}
        label={path[0] === "name" ? `Name of the ${KINDS[kind].name.toLowerCase()}` : "Title"}
        hideLabel
        placeholder={placeholder}
        wraps
        inputClassName="document-title"
      />
    </div>
  );
}
