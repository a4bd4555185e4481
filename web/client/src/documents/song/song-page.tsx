// The page of one song: everybody who has it open writes in the same words.
import { DocumentProvider } from "../../collab/context";
import { DocumentFrame } from "../frame/document-frame";
import { SongEditor } from "./song-editor";

export default function SongPage({ id }: { id: string }) {
  return (
    <DocumentProvider id={id} kind="song">
      <DocumentFrame>
        <SongEditor />
      </DocumentFrame>
    </DocumentProvider>
  );
}
