// What the document around is called.
import { useDocument, useField } from "../../collab/context";
import { titlePathOf } from "../fields/definitions";

/** The title as it is shown. */
export function useTitle(): string {
  const { kind } = useDocument();
  const title = useField(titlePathOf(kind));
  return typeof title === "string" && title.trim() !== "" ? title : "Untitled";
}
