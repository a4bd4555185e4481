// What one sees when the session is over: what happened, what to do, where one was.
import { useQueryClient } from "@tanstack/react-query";
import { LogIn, RotateCw } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { meQuery } from "../api/queries";
import { onTabNews } from "../collab/tabs";
import { Button } from "../ui/button";
import { Page } from "../ui/page";
import { Brand } from "./brand";
import { session, type SignedOut } from "./session";
import "./plain-page.css";

const REASONS: Record<NonNullable<SignedOut>, string> = {
  ended: "Your session has expired, or it was ended: by you on another device, or by an owner of this workspace.",
  here: "You signed out in this browser.",
  nobody: "Nobody is signed in in this browser.",
};

const KEPT = "was not sent yet is kept in this browser, and goes out when you are back as the same person.";

/** Then no link can sign anybody in: each would be spent for nothing. */
const NO_COOKIES =
  "This browser keeps no cookies for this site, so nobody can stay signed in here. Allow cookies for it first.";

/** `wasAt` is the title of the page that was open. */
export function SignedOutPage({ reason, wasAt }: { reason: NonNullable<SignedOut>; wasAt: string | null }) {
  const { isAsking, isStillOut, askAgain } = useReturn();
  return (
    <Page title="You are signed out" width="reading" className="plain-page">
      <Brand />
      <h1>You are signed out</h1>
      <p>{navigator.cookieEnabled ? REASONS[reason] : NO_COOKIES}</p>
      <p>
        To go on, open a sign-in link in this browser. An owner makes one under <strong>People</strong>;{" "}
        <code>counterpoint sign-in</code> prints one on the machine that runs the studio.
      </p>
      {reason === "ended" && (
        <p className="plain-page__kept">
          {wasAt === null ? "" : `You were in “${wasAt}”. `}
          What you wrote and {KEPT}
        </p>
      )}
      {reason === "nobody" && (
        <p className="plain-page__kept">If your session ended by itself, what you wrote and {KEPT}</p>
      )}
      <div className="plain-page__actions">
        <Button tone="primary" icon={<RotateCw size={16} aria-hidden />} onPress={askAgain} isPending={isAsking}>
          I am signed in again
        </Button>
        <a className="button button--plain button--medium" href="/sign-in">
          <LogIn size={16} aria-hidden />
          About signing in
        </a>
      </div>
      <p role="status" className="plain-page__status">
        {isStillOut && "Nobody is signed in here yet. Open the link in this browser, then try again."}
      </p>
    </Page>
  );
}

/** Asks whether somebody is signed in again: by the button, when another tab says so, when the window gets the focus. */
function useReturn() {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [isStillOut, setStillOut] = useState(false);
  const ask = useCallback(
    async (isLoud: boolean) => {
      setAsking(isLoud);
      try {
        await client.query({ ...meQuery, staleTime: 0, retry: false });
        session.resume();
        await client.invalidateQueries();
      } catch {
        setStillOut(isLoud);
      } finally {
        setAsking(false);
      }
    },
    [client],
  );
  useEffect(() => {
    const onFocus = () => void ask(false);
    addEventListener("focus", onFocus);
    const stop = onTabNews((news) => news.type === "signed-in" && onFocus());
    return () => {
      removeEventListener("focus", onFocus);
      stop();
    };
  }, [ask]);
  return { isAsking, isStillOut, askAgain: () => void ask(true) };
}
