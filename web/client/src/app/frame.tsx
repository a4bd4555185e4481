// What stands around every page: the bar, the way past it, news, and what shows when nobody is signed in.
import { lazy, Suspense, useEffect, useRef, type ReactNode } from "react";
import { RouterProvider } from "react-aria-components";
import { Link, useLocation } from "wouter";
import { documentAt } from "../api/addresses";
import { useLiveQueries } from "../api/live-queries";
import { useMe } from "../api/use-me";
import { InboxBell } from "../inbox/inbox-bell";
import { Bar, BarProvider } from "../ui/bar";
import { MAIN_ID, PRODUCT } from "../ui/page";
import { ToastRegion } from "../ui/toast-region";
import { toasts } from "../ui/toasts";
import { whenIdle } from "../ui/when-idle";
import { useAnotherPerson } from "./another-person";
import { Brand } from "./brand";
import { ErrorBoundary } from "./error-boundary";
import { useGlobalActions } from "./global-actions";
import { useKeyboard } from "./keyboard";
import { useLeftBehind } from "./left-behind";
import { MeMenu } from "./me-menu";
import { OfflineBanner } from "./offline-banner";
import { Overlays } from "./overlays";
import { PaletteButton } from "./palette-button";
import { useScrollRestoration } from "./scroll";
import { session, useSignedOut } from "./session";
import "./frame.css";

const loadSignedOutPage = () => import("./signed-out-page");
const SignedOutPage = lazy(async () => ({ default: (await loadSignedOutPage()).SignedOutPage }));

export function Frame({ children }: { children: ReactNode }) {
  const [address, navigate] = useLocation();
  const signedOut = useSignedOut();
  const wasAt = useLastTitle(signedOut === null);
  useScrollRestoration(address);
  useEffect(() => toasts.arriveAt(location.pathname), [address]);
  useAnotherPerson();
  if (signedOut !== null)
    return (
      <Suspense>
        <SignedOutPage reason={signedOut} wasAt={wasAt} />
      </Suspense>
    );
  return (
    <RouterProvider navigate={(path) => navigate(path)}>
      <BarProvider>
        <SignedIn />
        <a className="frame__skip" href={`#${MAIN_ID}`}>
          Skip to content
        </a>
        <Bar
          before={
            <Link href="/" className="frame__home" aria-label={`${PRODUCT}, library`}>
              <Brand />
            </Link>
          }
          after={
            <>
              <PaletteButton />
              <InboxBell />
              <MeMenu />
            </>
          }
        />
        {documentAt(address) === null && <OfflineBanner />}
        <ErrorBoundary address={address}>{children}</ErrorBoundary>
        <ToastRegion />
      </BarProvider>
    </RouterProvider>
  );
}

/** What runs only while somebody is signed in. */
function SignedIn() {
  useKeyboard();
  useGlobalActions();
  useLiveQueries();
  useLeftBehind();
  const isKnown = useMe() !== undefined;
  useEffect(() => {
    if (isKnown) session.begin();
  }, [isKnown]);
  // One may be signed out without a network, and then nothing can be loaded any more.
  useEffect(() => whenIdle(() => void loadSignedOutPage().catch(() => undefined)), []);
  return <Overlays />;
}

/** The title of the page before the sign-out. */
function useLastTitle(isSignedIn: boolean): string | null {
  const last = useRef<string | null>(null);
  // Read while rendering on purpose: the page that was open has changed its title without a word to the frame, and
  // effects of the next page change it before they could read it.
  if (isSignedIn) last.current = null;
  else last.current ??= document.title.split(" · ")[0] ?? "";
  return last.current === PRODUCT || last.current === "" ? null : last.current;
}
