// The page of one persona: everything that makes an artist, in groups.
import { DocumentProvider } from "../../collab/context";
import { DocumentFrame } from "../frame/document-frame";
import { PersonaForm } from "./persona-form";

export default function PersonaPage({ id }: { id: string }) {
  return (
    <DocumentProvider id={id} kind="persona">
      <DocumentFrame>
        <PersonaForm />
      </DocumentFrame>
    </DocumentProvider>
  );
}
