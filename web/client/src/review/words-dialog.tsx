// A word with a decision: approving, or asking for changes.
import { useState, type SubmitEvent } from "react";
import { LongText, BRANCH_WORDS_CHARS_MAX } from "../branches/new-branch-dialog";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import "../branches/branch-dialogs.css";

export type Decision = "approve" | "request_changes";

const WORDS: Record<Decision, { title: string; lead: string; label: string; button: string }> = {
  approve: {
    title: "Approve",
    lead: "You agree with the branch as you see it. If it is edited afterwards, your approval falls.",
    label: "A word with it, if you like",
    button: "Approve",
  },
  request_changes: {
    title: "Request changes",
    lead: "Nothing is merged until you have looked again.",
    label: "What should change?",
    button: "Request changes",
  },
};

export interface WordsDialogProps {
  decision: Decision;
  isPending: boolean;
  error: string | null;
  onDecide: (message: string) => void;
  onClose: () => void;
}

export function WordsDialog({ decision, isPending, error, onDecide, onClose }: WordsDialogProps) {
  const [message, setMessage] = useState("");
  const words = WORDS[decision];
  const isSaid = decision === "approve" || message.trim() !== "";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isSaid && !isPending) onDecide(message.trim());
  };
  return (
    <Dialog
      title={words.title}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="decision" tone="primary" isDisabled={!isSaid} isPending={isPending}>
            {words.button}
          </Button>
        </>
      }
    >
      <p className="branch-dialog__lead">{words.lead}</p>
      <form id="decision" onSubmit={submit}>
        <LongText
          label={words.label}
          value={message}
          onChange={setMessage}
          charsMax={BRANCH_WORDS_CHARS_MAX}
          startsHere
        />
        {error !== null && (
          <p className="field__error" role="alert">
            {error}
          </p>
        )}
      </form>
    </Dialog>
  );
}
