// The page of one note: a title and a calm surface to write on.
import { DocumentProvider } from "../../collab/context";
import { DocumentFrame } from "../frame/document-frame";
import { NoteEditor } from "./note-editor";

export default function NotePage({ id }: { id: string }) {
  return (
    <DocumentProvider id={id} kind="note">
      <DocumentFrame width="reading">
        <NoteEditor />
      </DocumentFrame>
    </DocumentProvider>
  );
}
