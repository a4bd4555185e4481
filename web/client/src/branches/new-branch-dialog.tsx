// A new branch: what it is called and what it is for, from now or from an earlier version.
import { useState, type SubmitEvent } from "react";
import { Label } from "react-aria-components/Label";
import { TextArea } from "react-aria-components/TextArea";
import { TextField } from "react-aria-components/TextField";
import { useLocation } from "wouter";
import { branchEditorAddress } from "../api/addresses";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { shortTitle } from "../ui/short-title";
import { TextInput } from "../ui/text-input";
import { toasts } from "../ui/toasts";
import { useOpenBranch } from "./branch-requests";
import "./branch-dialogs.css";

export interface NewBranchDialogProps {
  documentId: string;
  /** Null: as the document is now. */
  position: number | null;
  /** What that version is called, in the middle of a sentence. */
  about: string;
  onClose: () => void;
}

export const BRANCH_NAME_CHARS_MAX = 500;
export const BRANCH_WORDS_CHARS_MAX = 5000;

export default function NewBranchDialog({ documentId, position, about, onClose }: NewBranchDialogProps) {
  const [name, setName] = useState("");
  const [purpose, setPurpose] = useState("");
  const [, navigate] = useLocation();
  const open = useOpenBranch(documentId);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim() === "" || open.isPending) return;
    open.mutate(
      { name: name.trim(), purpose: purpose.trim(), position },
      {
        onSuccess: (branch) => {
          onClose();
          toasts.show({
            tone: "success",
            text: `You are on “${shortTitle(branch.name)}”. What you write here stays here.`,
          });
          navigate(branchEditorAddress(branch));
        },
      },
    );
  };
  return (
    <Dialog
      title="New branch"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="new-branch"
            tone="primary"
            isDisabled={name.trim() === ""}
            isPending={open.isPending}
          >
            Start the branch
          </Button>
        </>
      }
    >
      <p className="branch-dialog__lead">
        A copy to try things on, from {about}. Others can write on it with you; the document stays as it is until the
        branch is merged.
      </p>
      <form id="new-branch" className="branch-dialog__form" onSubmit={submit}>
        <TextInput
          label="Name"
          value={name}
          onChange={setName}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- The dialog was opened to type in it.
          autoFocus
          maxLength={BRANCH_NAME_CHARS_MAX}
          placeholder="Darker chorus"
          error={open.error?.message ?? null}
        />
        <LongText label="What is it for?" value={purpose} onChange={setPurpose} charsMax={BRANCH_WORDS_CHARS_MAX} />
      </form>
    </Dialog>
  );
}

interface LongTextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  charsMax: number;
  placeholder?: string;
  /** Whether the dialog is opened to write in it. */
  startsHere?: boolean;
}

/** A few lines of plain words. */
export function LongText({ label, value, onChange, charsMax, placeholder, startsHere = false }: LongTextProps) {
  return (
    // eslint-disable-next-line jsx-a11y/no-autofocus -- Dialogs that are opened to write something begin there.
    <TextField className="field" value={value} onChange={onChange} maxLength={charsMax} autoFocus={startsHere}>
      <Label className="field__label">{label}</Label>
      <TextArea
        dir="auto"
        className="field__input branch-dialog__text"
        rows={3}
        {...(placeholder === undefined ? {} : { placeholder })}
      />
    </TextField>
  );
}
