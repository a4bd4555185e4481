// The page of one song: everybody who has it open writes in the same words.
import { DocumentProvider } from "../../collab/context";
import { Page } from "../../ui/page";
import { WarningsProvider } from "../fields/warnings-at";
import { SongEditor } from "./song-editor";

export default function SongPage({ id }: { id: string }) {
  return (
    <DocumentProvider id={id} kind="song">
      <WarningsProvider>
        <Page title="Song" width="full">
          <SongEditor />
        </Page>
      </WarningsProvider>
    </DocumentProvider>
  );
}
