// Sharing one document: who has access already, and a link for somebody new that leads right to it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { membersQuery } from "../api/queries";
import { roleName } from "../api/roles";
import { useMe } from "../api/use-me";
import { Avatar } from "../ui/avatar";
import { CopyField } from "../ui/copy-field";
import { Dialog } from "../ui/dialog";
import { Skeleton } from "../ui/skeleton";
import { InviteForm } from "./invite-form";
import "./people.css";

export interface ShareDialogProps {
  title: string;
  /** The document's own address, such as `/songs/…`. */
  address: string;
  onClose: () => void;
}

export function ShareDialog({ title, address, onClose }: ShareDialogProps) {
  const me = useMe();
  const members = useQuery(membersQuery);
  return (
    <Dialog title={`Share “${title}”`} isOpen onClose={onClose}>
      <CopyField label="Address for those who have access" text={`${location.origin}${address}`} />
      <section>
        <h3 className="share__head">Invite somebody</h3>
        {me?.role === "owner" ? (
          <>
            <p className="people__note share__how">A link for somebody new, which leads right here.</p>
            <InviteForm next={address} />
          </>
        ) : (
          <p className="people__note">
            Only owners invite people. {ownersOf(members.data ?? [])} can make a link for whoever should join.
          </p>
        )}
      </section>
      <section>
        <h3 className="share__head">Who has access</h3>
        <p className="people__note">Everybody in the workspace, to every document in it.</p>
        {members.data === undefined ? (
          <Skeleton lines={3} label="Loading people" />
        ) : (
          <ul className="share__people">
            {members.data.map((member) => (
              <li key={member.person_id} className="share__person">
                <Avatar name={member.name} colour={member.colour} size="small" />
                <span className="share__name">
                  {member.name}
                  {member.person_id === me?.person_id && " (you)"}
                </span>
                <span className="people__note">
                  {roleName(member.role)}
                  {member.state === "invited" && ", invited"}
                </span>
              </li>
            ))}
          </ul>
        )}
        <Link href="/people" onClick={onClose}>
          People of this workspace
        </Link>
      </section>
    </Dialog>
  );
}

function ownersOf(members: readonly { name: string; role: string; state: string }[]): string {
  const people = members.filter(({ state }) => state !== "removed" && state !== "program");
  const owners = people.filter(({ role }) => role === "owner").map(({ name }) => name);
  return owners.length === 0 ? "An owner" : new Intl.ListFormat("en", { type: "disjunction" }).format(owners);
}
