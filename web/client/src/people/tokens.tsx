// Tokens of programs that act for me (an owner sees everybody's): make one, revoke one.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { Problem, type Schemas } from "../api/client";
import { keys, membersQuery } from "../api/queries";
import { roleName } from "../api/roles";
import { useMe } from "../api/use-me";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Failure } from "../ui/failure";
import { shortTitle } from "../ui/short-title";
import { Skeleton } from "../ui/skeleton";
import { toasts } from "../ui/toasts";
import { When } from "../ui/when";
import { NewToken } from "./new-token";
import { revokeToken, tokensQuery } from "./people-requests";
import "./people.css";

export function Tokens() {
  const tokens = useQuery(tokensQuery);
  const [isMaking, setMaking] = useState(false);
  const [doomed, setDoomed] = useState<Schemas["TokenItem"] | null>(null);
  if (tokens.error instanceof Problem)
    return <Failure text={tokens.error.message} onRetry={() => void tokens.refetch()} />;
  if (tokens.data === undefined) return <Skeleton lines={2} label="Loading tokens" />;
  return (
    <>
      {tokens.data.length === 0 ? (
        <p className="people__note">There are none.</p>
      ) : (
        <ul className="access-list">
          {tokens.data.map((token) => (
            <TokenRow key={token.id} token={token} onRevoke={() => setDoomed(token)} />
          ))}
        </ul>
      )}
      <div>
        <Button icon={<Plus size={16} aria-hidden />} onPress={() => setMaking(true)}>
          New token
        </Button>
      </div>
      {isMaking && <NewToken onClose={() => setMaking(false)} />}
      {doomed !== null && <RevokeToken token={doomed} onClose={() => setDoomed(null)} />}
    </>
  );
}

function TokenRow({ token, onRevoke }: { token: Schemas["TokenItem"]; onRevoke: () => void }) {
  const me = useMe();
  const members = useQuery(membersQuery).data ?? [];
  const owner = members.find((member) => member.person_id === token.person_id)?.name ?? "somebody else";
  return (
    <li className="access-list__item">
      <KeyRound size={20} aria-hidden />
      <div className="access-list__words">
        <span className="access-list__name">{token.label}</span>
        <span className="people__note">
          {roleName(token.role)}
          {token.person_id !== me?.person_id && `, of ${owner}`}, made <When at={token.created_at} />
          {token.expires_at === null ? (
            ", works until it is revoked"
          ) : (
            <>
              , ends <When at={token.expires_at} />
            </>
          )}
        </span>
      </div>
      <Button size="small" aria-label={`Revoke ${token.label}`} onPress={onRevoke}>
        Revoke
      </Button>
    </li>
  );
}

function RevokeToken({ token, onClose }: { token: Schemas["TokenItem"]; onClose: () => void }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: revokeToken,
    onSuccess: () => {
      toasts.show({ tone: "success", text: `“${shortTitle(token.label)}” is revoked.` });
      onClose();
      return client.invalidateQueries({ queryKey: keys.tokens });
    },
  });
  return (
    <Dialog
      title={`Revoke “${token.label}”?`}
      role="alertdialog"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Keep it</Button>
          <Button tone="danger" isPending={revoke.isPending} onPress={() => revoke.mutate(token.id)}>
            Revoke
          </Button>
        </>
      }
    >
      <p>Programs that use it are refused from now on. This cannot be undone; a new token can be made.</p>
    </Dialog>
  );
}
