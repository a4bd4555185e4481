// Another name or purpose for a branch.
import { useState, type SubmitEvent } from "react";
import type { Branch } from "../api/branches";
import { useRenameBranch } from "../branches/branch-requests";
import { BRANCH_NAME_CHARS_MAX, BRANCH_WORDS_CHARS_MAX, LongText } from "../branches/new-branch-dialog";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { TextInput } from "../ui/text-input";
import "../branches/branch-dialogs.css";

export function RenameBranchDialog({ branch, onClose }: { branch: Branch; onClose: () => void }) {
  const [name, setName] = useState(branch.name);
  const [purpose, setPurpose] = useState(branch.purpose);
  const rename = useRenameBranch(branch.id);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim() === "" || rename.isPending) return;
    rename.mutate({ name: name.trim(), purpose: purpose.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog
      title="Name and purpose"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="rename-branch"
            tone="primary"
            isDisabled={name.trim() === ""}
            isPending={rename.isPending}
          >
            Keep
          </Button>
        </>
      }
    >
      <form id="rename-branch" className="branch-dialog__form" onSubmit={submit}>
        <TextInput
          label="Name"
          value={name}
          onChange={setName}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- The dialog was opened to type in it.
          autoFocus
          maxLength={BRANCH_NAME_CHARS_MAX}
          error={rename.error?.message ?? null}
        />
        <LongText label="What is it for?" value={purpose} onChange={setPurpose} charsMax={BRANCH_WORDS_CHARS_MAX} />
      </form>
    </Dialog>
  );
}
