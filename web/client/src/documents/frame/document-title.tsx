// The title of a document, as large as it deserves: the heading of its page, written where it stands.
import { useRef } from "react";
import { useDocument } from "../../collab/context";
import { KINDS } from "../../api/addresses";
import { titlePathOf } from "../fields/definitions";
import { LineField } from "../fields/line-field";
import { useMayWrite } from "../fields/use-field";
import { useNameFirst } from "./use-name-first";
import { useTitle } from "./use-title";
import "./document-title.css";

export function DocumentTitle({ placeholder = "Untitled" }: { placeholder?: string }) {
  const { kind } = useDocument();
  const title = useTitle();
  const path = titlePathOf(kind);
  const place = useRef<HTMLDivElement>(null);
  const mayWrite = useMayWrite();
  useNameFirst(place, mayWrite);
  if (!mayWrite)
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
