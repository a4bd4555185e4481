// The page of one world: its rules, who and what is there, what happened when, what it looks like.
import { DocumentProvider } from "../../collab/context";
import { DocumentFrame } from "../frame/document-frame";
import { WorldForm } from "./world-form";

export default function WorldPage({ id }: { id: string }) {
  return (
    <DocumentProvider id={id} kind="world">
      <DocumentFrame>
        <WorldForm />
      </DocumentFrame>
    </DocumentProvider>
  );
}
