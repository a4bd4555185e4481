// An address that leads nowhere.
import { Link } from "wouter";
import { Page } from "../ui/page";
import "./plain-page.css";

export function NotFoundPage() {
  return (
    <Page title="Not found" width="reading" className="plain-page">
      <h1>There is nothing at this address</h1>
      <p>It may have been mistyped, or what was here has been erased.</p>
      <div className="plain-page__actions">
        <Link className="button button--primary button--medium" href="/">
          Go to the library
        </Link>
      </div>
    </Page>
  );
}
