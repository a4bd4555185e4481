// The people of this workspace: who they are, what they may do, and for owners, who else comes in.
import { useQuery } from "@tanstack/react-query";
import { UserRoundPlus } from "lucide-react";
import { useState } from "react";
import { membersQuery } from "../api/queries";
import { ROLES } from "../api/roles";
import { useIsMeAsked, useMe } from "../api/use-me";
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
  const members = useQuery({ ...membersQuery, meta: { inline: true } });
  const [isInviting, setInviting] = useState(false);
  const isMeAsked = useIsMeAsked();
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
      {/* All of it comes together, so that nothing jumps. */}
      {isMeAsked || members.isPending ? (
        <Skeleton lines={4} label="Loading people" />
      ) : (
        <>
          {!isOwner && <p className="people__note people__why">Only owners invite people and change roles.</p>}
          {members.data === undefined ? (
            <Failure text={members.error.message} onRetry={() => void members.refetch()} />
          ) : (
            <ul className="people__list" aria-label="Members">
              {members.data.map((member) => (
                <MemberRow
                  key={member.person_id}
                  member={member}
                  isMe={member.person_id === me?.person_id}
                  mayManage={isOwner}
                />
              ))}
            </ul>
          )}
          <Roles />
        </>
      )}
      {isInviting && (
        <Dialog title="Invite somebody" isOpen onClose={() => setInviting(false)}>
          <InviteForm next={null} hasFocus />
        </Dialog>
      )}
    </Page>
  );
}

function Roles() {
  return (
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
  );
}
