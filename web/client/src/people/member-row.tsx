// One member: since when, by which means, with which role; owners change it here.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link2, Unlink, UserRoundMinus } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "../api/client";
import { keys } from "../api/queries";
import { ROLES, roleName } from "../api/roles";
import { Avatar } from "../ui/avatar";
import { Button } from "../ui/button";
import { Chip } from "../ui/chip";
import { Dialog } from "../ui/dialog";
import { Select } from "../ui/select";
import { shortTitle } from "../ui/short-title";
import { toasts } from "../ui/toasts";
import { When } from "../ui/when";
import { counted } from "../ui/words";
import { InviteLink } from "./invite-form";
import { changeMember, removeMember, renewLink, revokeLink, type Member } from "./people-requests";

export interface MemberRowProps {
  member: Member;
  isMe: boolean;
  mayManage: boolean;
}

export function MemberRow({ member, isMe, mayManage }: MemberRowProps) {
  return (
    <li className="member">
      <Avatar name={member.name} colour={member.colour} />
      <div className="member__words">
        <span className="member__name">
          {member.name}
          {isMe && " (you)"} {member.state === "invited" && <Chip tone="warning">Invited</Chip>}
          {member.state === "program" && <Chip>Program</Chip>}
        </span>
        <span className="people__note">
          <Standing member={member} />
        </span>
      </div>
      {mayManage ? <Manage member={member} isMe={isMe} /> : <Chip>{roleName(member.role)}</Chip>}
    </li>
  );
}

/** How they come in, in one line. */
function Standing({ member }: { member: Member }) {
  const { since, link_expires_at: linkExpires, sessions, tokens, state } = member;
  return (
    <>
      {state === "invited" ? "Invited" : "Member since"} <When at={since} />
      {linkExpires !== null && (
        <>
          , link works until <When at={linkExpires} />
        </>
      )}
      {state === "invited" && linkExpires === null && ", link no longer works"}
      {sessions > 0 && `, signed in with ${counted(sessions, "browser")}`}
      {tokens > 0 && `, ${counted(tokens, "token")}`}
    </>
  );
}

function Manage({ member, isMe }: { member: Member; isMe: boolean }) {
  const client = useQueryClient();
  const read = () => client.invalidateQueries({ queryKey: keys.members });
  const [isRemoving, setRemoving] = useState(false);
  const [fresh, setFresh] = useState<Schemas["Invite"] | null>(null);
  const change = useMutation({ mutationFn: changeMember, onSettled: read });
  const renew = useMutation({
    mutationFn: renewLink,
    onSuccess: (invite) => {
      setFresh(invite);
      return read();
    },
  });
  const unlink = useMutation({ mutationFn: revokeLink, onSettled: read });
  return (
    <div className="member__tools">
      <Select
        label={`Role of ${member.name}`}
        hideLabel
        className="member__role"
        choices={ROLES}
        value={change.isPending ? (change.variables.role ?? member.role) : member.role}
        onChange={(role) => role !== member.role && change.mutate({ personId: member.person_id, role })}
      />
      <Button
        size="small"
        icon={<Link2 size={16} aria-hidden />}
        aria-label={`New link for ${member.name}`}
        isPending={renew.isPending}
        onPress={() => renew.mutate(member.person_id)}
      >
        New link
      </Button>
      {member.link_expires_at !== null && (
        <Button
          size="small"
          icon={<Unlink size={16} aria-hidden />}
          aria-label={`End link of ${member.name}`}
          isPending={unlink.isPending}
          onPress={() => unlink.mutate(member.person_id)}
        >
          End link
        </Button>
      )}
      {!isMe && (
        <Button
          size="small"
          icon={<UserRoundMinus size={16} aria-hidden />}
          aria-label={`Remove ${member.name}`}
          onPress={() => setRemoving(true)}
        >
          Remove
        </Button>
      )}
      {isRemoving && <Removal member={member} onClose={() => setRemoving(false)} />}
      {fresh !== null && (
        <Dialog title={`A fresh link for ${member.name}`} isOpen onClose={() => setFresh(null)}>
          <InviteLink invite={fresh} next={null} />
          <p className="people__note">A link made before opens nothing any more.</p>
        </Dialog>
      )}
    </div>
  );
}

function Removal({ member, onClose }: { member: Member; onClose: () => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: removeMember,
    onSuccess: () => {
      toasts.show({ tone: "plain", text: `${shortTitle(member.name)} is no longer a member.` });
      onClose();
      return client.invalidateQueries({ queryKey: keys.members });
    },
  });
  return (
    <Dialog
      title={`Remove ${member.name}?`}
      role="alertdialog"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button tone="danger" isPending={remove.isPending} onPress={() => remove.mutate(member.person_id)}>
            Remove
          </Button>
        </>
      }
    >
      <p>
        Their browsers are signed out at once and their tokens stop working. What they wrote stays. To come back they
        need a new invitation.
      </p>
    </Dialog>
  );
}
