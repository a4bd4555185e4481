// The people of this workspace: who they are, what they may do, and for owners, who else comes in.
import { useQuery } from "@tanstack/react-query";
import { UserRoundPlus } from "lucide-react";
import { useState } from "react";
import { Problem } from "../api/client";
import { membersQuery } from "../api/queries";
import { ROLES } from "../api/roles";
import { useMe } from "../api/use-me";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Failure } from "../ui/failure";
import { Page } from "../ui/page";
import { Skeleton } from "../ui/skeleton";
import { InviteForm } from "./invite-form";
import { MemberRow } from "./member-row";
import "./people.css";
import "./people-page.css";

export default function PeoplePage() {
  const me = useMe();
  const [isInviting, setInviting] = useState(false);
  const isOwner = me?.role === "owner";
  return (
    <Page title="People">
      <header className="people__head">
        <div>
          <p className="people__note">{me?.workspace ?? " "}</p>
          <h1 className="page__title">People</h1>
        </div>
        {isOwner && (
          <Button tone="primary" icon={<UserRoundPlus size={16} aria-hidden />} onPress={() => setInviting(true)}>
            Invite
          </Button>
        )}
      </header>
      {me !== undefined && !isOwner && (
        <p className="people__note people__why">Only owners invite people and change roles.</p>
      )}
      <MemberList isOwner={isOwner} myId={me?.person_id ?? null} />
      <section className="people__roles" aria-labelledby="people-roles">
        <h2 id="people-roles">What roles allow</h2>
        <dl>
          {ROLES.map(({ value, name, detail }) => (
            <div key={value}>
              <dt>{name}</dt>
              <dd>{detail}</dd>
            </div>
          ))}
        </dl>
      </section>
      {isInviting && (
        <Dialog title="Invite somebody" isOpen onClose={() => setInviting(false)}>
          <InviteForm next={null} hasFocus />
        </Dialog>
      )}
    </Page>
  );
}

function MemberList({ isOwner, myId }: { isOwner: boolean; myId: string | null }) {
  const members = useQuery({ ...membersQuery, meta: { inline: true } });
  if (members.data === undefined)
    return members.error instanceof Problem ? (
      <Failure text={members.error.message} onRetry={() => void members.refetch()} />
    ) : (
      <Skeleton lines={4} label="Loading people" />
    );
  return (
    <ul className="people__list" aria-label="Members">
      {members.data.map((member) => (
        <MemberRow key={member.person_id} member={member} isMe={member.person_id === myId} mayManage={isOwner} />
      ))}
    </ul>
  );
}
