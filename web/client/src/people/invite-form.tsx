// Invites somebody by name and role, and shows their one-time link.
import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Problem, type Schemas } from "../api/client";
import { ROLES, roleName, type Role } from "../api/roles";
import { Button } from "../ui/button";
import { CopyField } from "../ui/copy-field";
import { exactly } from "../ui/moments";
import { Select } from "../ui/select";
import { TextInput } from "../ui/text-input";
import { invitePerson, withNext } from "./people-requests";
import "./people.css";

export interface InviteFormProps {
  /** Where the link leads after signing in; null: to the library. */
  next: string | null;
  /** Whether it is what was asked for: then one begins with the name. */
  hasFocus?: boolean;
}

export function InviteForm({ next, hasFocus = false }: InviteFormProps) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("editor");
  const invite = useMutation({ mutationFn: invitePerson, meta: { inline: true } });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim() !== "") invite.mutate({ name: name.trim(), role });
  };
  if (invite.data !== undefined)
    return (
      <>
        <InviteLink invite={invite.data} next={next} />
        <div>
          <Button
            onPress={() => {
              setName("");
              invite.reset();
            }}
          >
            Invite somebody else
          </Button>
        </div>
      </>
    );
  return (
    <form className="invite-form" onSubmit={submit}>
      <TextInput
        label="Name"
        value={name}
        onChange={setName}
        autoComplete="off"
        // The dialog was opened to write it.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={hasFocus}
        maxLength={100}
        help="How the others will see them."
        error={invite.error instanceof Problem ? invite.error.message : null}
      />
      <Select label="Role" choices={ROLES} value={role} onChange={setRole} />
      <Button type="submit" tone="primary" isDisabled={name.trim() === ""} isPending={invite.isPending}>
        Make link
      </Button>
    </form>
  );
}

/** The link, which is shown only now. */
export function InviteLink({ invite, next }: { invite: Schemas["Invite"]; next: string | null }) {
  return (
    <div className="invite-link">
      <CopyField label={`Link for ${invite.name}`} text={withNext(invite.link, next)} />
      <p className="people__note">
        It signs in one browser as {invite.name}, {roleName(invite.role).toLocaleLowerCase()}, until{" "}
        {exactly(new Date(invite.expires_at))}. It is shown only now; send it to nobody else.
      </p>
    </div>
  );
}
