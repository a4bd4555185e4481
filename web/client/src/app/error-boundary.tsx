// What stands where a page broke: a sentence, a way on, and what to send to whoever can mend it.
import { Component, useState, type ReactNode } from "react";
import { Problem } from "../api/client";
import { Button } from "../ui/button";
import { copyText } from "../ui/copy-text";
import { Page } from "../ui/page";
import "./plain-page.css";

export interface ErrorBoundaryProps {
  /** Where one is; going elsewhere tries again. */
  address: string;
  children: ReactNode;
}

interface State {
  error: Error | null;
  address: string;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, State> {
  override state: State = { error: null, address: this.props.address };

  static getDerivedStateFromError(thrown: unknown): Partial<State> {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  static getDerivedStateFromProps(props: ErrorBoundaryProps, state: State): Partial<State> | null {
    return props.address === state.address ? null : { error: null, address: props.address };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <BrokenPage error={error} />;
  }
}

function BrokenPage({ error }: { error: Error }) {
  const details = detailsOf(error);
  // Said here, not in a toast: what broke may be what shows toasts.
  const [isCopied, setCopied] = useState<boolean | null>(null);
  const copy = () => void copyText(details).then(setCopied);
  return (
    <Page title="Something broke" width="reading" className="plain-page">
      <h1>{isLoadFailure(error) ? "This page could not be loaded" : "Something broke on this page"}</h1>
      <p>
        {isLoadFailure(error)
          ? "The connection failed, or the studio was updated meanwhile. Reload to get the newest version."
          : "It is our mistake, not yours. What you wrote is kept; reload to go on."}
      </p>
      <div className="plain-page__actions">
        <Button tone="primary" onPress={() => location.reload()}>
          Reload
        </Button>
        <Button onPress={copy}>Copy details</Button>
        <a className="button button--quiet button--medium" href="/">
          Go to the library
        </a>
      </div>
      <p role="status" className="plain-page__status">
        {isCopied === true && "Copied."}
        {isCopied === false && "This browser does not let pages copy. Select the text below."}
      </p>
      <pre className="plain-page__details">{details}</pre>
    </Page>
  );
}

/** Whether a part of the client itself did not come, as browsers put it. */
function isLoadFailure(error: Error): boolean {
  return /dynamically imported module|importing a module script|preload/iu.test(error.message);
}

/** What helps to find the mistake: no content of documents, only where and what. */
function detailsOf(error: Error): string {
  const lines = [`${error.name}: ${error.message}`, `at ${location.pathname}, ${new Date().toISOString()}`];
  if (error instanceof Problem && error.requestId !== null) lines.push(`request ${error.requestId}`);
  return lines.join("\n");
}
