// The title of a document, as large as it deserves: the heading of its page, written where it stands.
import { useDocument } from "../../collab/context";
import { KINDS } from "../../api/addresses";
import { titlePathOf } from "../fields/definitions";
import { LineField } from "../fields/line-field";
import { useMayWrite } from "../fields/use-field";
import { useTitle } from "./use-title";
import "./document-title.css";

export function DocumentTitle({ placeholder = "Untitled" }: { placeholder?: string }) {
  const { kind } = useDocument();
  const title = useTitle();
  const path = titlePathOf(kind);
  if (!useMayWrite()) return <h1 className="document-title document-title--fixed">{title}</h1>;
  return (
    <div className="document-title__place">
      <h1 className="visually-hidden">{title}</h1>
      <LineField
        path={path}
        label={path[0] === "name" ? `Name of the ${KINDS[kind].name.toLowerCase()}` : "Title"}
        hideLabel
        placeholder={placeholder}
        inputClassName="document-title"
      />
    </div>
  );
}
