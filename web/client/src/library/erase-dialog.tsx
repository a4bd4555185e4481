// Deleting a document for ever: says what goes and what stays, and asks for its name, so that nobody does it in passing.
import { useState, type SubmitEvent } from "react";
import { Problem } from "../api/client";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { TextInput } from "../ui/text-input";
import { useErase, type DocumentItem } from "./document-requests";

export function EraseDialog({ document, onClose }: { document: DocumentItem; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const erase = useErase();
  const isNamed = typed.trim() === document.title.trim();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isNamed) erase.mutate(document, { onSuccess: onClose });
  };
  return (
    <Dialog
      title={`Delete “${document.title}” for ever?`}
      role="alertdialog"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="erase" tone="danger" isDisabled={!isNamed} isPending={erase.isPending}>
            Delete for ever
          </Button>
        </>
      }
    >
      <form id="erase" onSubmit={submit}>
        <p>
          Its words and its whole history, branches, comments and takes go, and nothing brings them back. That it was
          here, and who wrote when, stays on record.
        </p>
        <TextInput
          label={`To go on, type its name: ${document.title}`}
          value={typed}
          onChange={setTyped}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- The dialog was opened to type in it.
          autoFocus
          maxLength={500}
          error={erase.error instanceof Problem ? erase.error.message : null}
        />
      </form>
    </Dialog>
  );
}
