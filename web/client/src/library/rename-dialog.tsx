// Another title for a document.
import { useState, type SubmitEvent } from "react";
import { Problem } from "../api/client";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { TextInput } from "../ui/text-input";
import { useRename, type DocumentItem } from "./document-requests";

export function RenameDialog({ document, onClose }: { document: DocumentItem; onClose: () => void }) {
  const [title, setTitle] = useState(document.title);
  const rename = useRename();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (title.trim() === "" || title === document.title) onClose();
    else rename.mutate({ document, title: title.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog
      title={`Rename “${document.title}”`}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="rename" tone="primary" isPending={rename.isPending}>
            Rename
          </Button>
        </>
      }
    >
      <form id="rename" onSubmit={submit}>
        <TextInput
          label="Title"
          value={title}
          onChange={setTitle}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- The dialog was opened to type in it.
          autoFocus
          maxLength={500}
          error={rename.error instanceof Problem ? rename.error.message : null}
        />
      </form>
    </Dialog>
  );
}
