// Asking people to look at a branch.
import { useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import type { Branch } from "../api/branches";
import { membersQuery } from "../api/queries";
import { mayReview, roleName } from "../api/roles";
import { useMe } from "../api/use-me";
import { useReview } from "../branches/branch-requests";
import { BRANCH_WORDS_CHARS_MAX, LongText } from "../branches/new-branch-dialog";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { toggled } from "./merge-picks";
import { PersonChoice } from "./person-choice";
import "../branches/branch-dialogs.css";
import "./request-dialog.css";

export function RequestDialog({ branch, onClose }: { branch: Branch; onClose: () => void }) {
  const me = useMe();
  const members = useQuery(membersQuery).data ?? [];
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(branch.review.reviewers.filter((id) => id !== me?.person_id)),
  );
  const [message, setMessage] = useState(branch.review.message);
  const asking = useReview(branch.id);
  const others = members.filter(
    ({ person_id, role, state }) => person_id !== me?.person_id && mayReview(role) && state === "joined",
  );
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (chosen.size === 0 || asking.isPending) return;
    asking.mutate({ action: "request", reviewers: [...chosen], message: message.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog
      title="Request review"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="request-review"
            tone="primary"
            isDisabled={chosen.size === 0}
            isPending={asking.isPending}
          >
            Request review
          </Button>
        </>
      }
    >
      <form id="request-review" className="branch-dialog__form" onSubmit={submit}>
        <fieldset className="request-dialog__people">
          <legend className="field__label">Who should look at it? All of them have to approve.</legend>
          {others.length === 0 && (
            <p className="branch-dialog__lead">
              Nobody else here can review. An owner invites people as editors or commenters.
            </p>
          )}
          {others.map(({ person_id: id, name, colour, role }) => (
            <PersonChoice
              key={id}
              name={name}
              colour={colour}
              isSelected={chosen.has(id)}
              onChange={(isOn) => setChosen(toggled(chosen, id, isOn))}
            >
              <span className="request-dialog__role">{roleName(role)}</span>
            </PersonChoice>
          ))}
        </fieldset>
        <LongText
          label="What should they look at?"
          value={message}
          onChange={setMessage}
          charsMax={BRANCH_WORDS_CHARS_MAX}
        />
        {asking.error !== null && (
          <p className="field__error" role="alert">
            {asking.error.message}
          </p>
        )}
      </form>
    </Dialog>
  );
}
