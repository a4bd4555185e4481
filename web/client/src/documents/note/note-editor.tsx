// A note: its title, its text, and what other programs keep in it.
import { TextField } from "../fields/text-field";
import { DocumentTitle } from "../frame/document-title";
import { ForeignRoots } from "./foreign-roots";
import "./note-editor.css";
import { useForeignContent } from "./use-foreign-content";

export function NoteEditor() {
  const { isTextForeign, roots } = useForeignContent();
  return (
    <article className="note-editor">
      <DocumentTitle />
      {isTextForeign ? (
        <p className="note-editor__foreign">
          The text of this note holds more than plain words, written by another program. It is shown below; edit it
          where it was made.
        </p>
      ) : (
        <TextField
          path={["text"]}
          label="Text"
          hideLabel
          minLines={16}
          placeholder="Write…"
          className="note-editor__text"
        />
      )}
      <ForeignRoots roots={roots} />
    </article>
  );
}
