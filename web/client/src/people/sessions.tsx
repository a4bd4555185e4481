// The browsers in which I am signed in, and how to sign one of them out.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { Problem } from "../api/client";
import { keys } from "../api/queries";
import { runAction } from "../ui/actions";
import { Button } from "../ui/button";
import { Chip } from "../ui/chip";
import { Failure } from "../ui/failure";
import { Skeleton } from "../ui/skeleton";
import { toasts } from "../ui/toasts";
import { When } from "../ui/when";
import { endSession, sessionsQuery } from "./people-requests";
import "./people.css";

export function Sessions() {
  const sessions = useQuery(sessionsQuery);
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: endSession,
    onSuccess: () => {
      toasts.show({ tone: "success", text: "That browser is signed out." });
      return client.invalidateQueries({ queryKey: keys.sessions });
    },
  });
  if (sessions.error instanceof Problem)
    return <Failure text={sessions.error.message} onRetry={() => void sessions.refetch()} />;
  if (sessions.data === undefined) return <Skeleton lines={2} label="Loading browsers" />;
  return (
    <ul className="access-list">
      {[...sessions.data]
        .sort((one, other) => Number(other.current) - Number(one.current))
        .map((session) => (
          <li key={session.id} className="access-list__item">
            <MonitorSmartphone size={20} aria-hidden />
            <div className="access-list__words">
              <span className="access-list__name">
                {session.device} {session.current && <Chip tone="accent">This browser</Chip>}
              </span>
              <span className="people__note">
                Signed in <When at={session.signed_in_at} />, stays until <When at={session.expires_at} />
              </span>
            </div>
            {session.current ? (
              <Button size="small" onPress={() => runAction("sign-out")}>
                Sign out
              </Button>
            ) : (
              <Button
                size="small"
                aria-label={`Sign out ${session.device}`}
                isPending={end.isPending && end.variables === session.id}
                onPress={() => end.mutate(session.id)}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
    </ul>
  );
}
