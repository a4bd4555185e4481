// Makes a token for a program, and shows its secret this once.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Problem } from "../api/client";
import { keys } from "../api/queries";
import { ROLES, type Role } from "../api/roles";
import { useMe } from "../api/use-me";
import { Button } from "../ui/button";
import { CopyField } from "../ui/copy-field";
import { Dialog } from "../ui/dialog";
import { Select } from "../ui/select";
import { TextInput } from "../ui/text-input";
import { createToken } from "./people-requests";

const LIFETIMES = [
  { value: "30", name: "30 days" },
  { value: "365", name: "A year" },
  { value: "never", name: "Until it is revoked" },
] as const;
type Lifetime = (typeof LIFETIMES)[number]["value"];

const DAY_MS = 24 * 3600 * 1000;

export function NewToken({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const client = useQueryClient();
  const [label, setLabel] = useState("");
  const [role, setRole] = useState<Role>(me?.role ?? "viewer");
  const [lifetime, setLifetime] = useState<Lifetime>("365");
  const create = useMutation({
    mutationFn: createToken,
    meta: { inline: true },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
  const make = () => create.mutate({ label: label.trim(), role, expires_at: endOf(lifetime, new Date()) });
  // Nobody gives away more than they have.
  const allowed = ROLES.slice(ROLES.findIndex(({ value }) => value === me?.role));
  if (create.data !== undefined)
    return (
      <Dialog title={create.data.label} isOpen onClose={onClose} actions={<Button onPress={onClose}>Done</Button>}>
        <CopyField label="Token" text={create.data.token} />
        <p className="people__note">It is shown only now. Whoever has it can act in your name.</p>
      </Dialog>
    );
  return (
    <Dialog
      title="New token"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button tone="primary" isDisabled={label.trim() === ""} isPending={create.isPending} onPress={make}>
            Make token
          </Button>
        </>
      }
    >
      <TextInput
        label="What is it for?"
        value={label}
        onChange={setLabel}
        maxLength={100}
        placeholder="Nightly backup"
        error={create.error instanceof Problem ? create.error.message : null}
      />
      <Select label="It may do what this role may" choices={allowed} value={role} onChange={setRole} />
      <Select label="It works for" choices={LIFETIMES} value={lifetime} onChange={setLifetime} />
    </Dialog>
  );
}

/** When a token of this lifetime ends; null: it does not. */
function endOf(lifetime: Lifetime, now: Date): string | null {
  return lifetime === "never" ? null : new Date(now.getTime() + Number(lifetime) * DAY_MS).toISOString();
}
