// An address that leads nowhere.
import { Link } from "wouter";
import { EmptyState } from "../ui/empty-state";

export function NotFoundPage() {
  return (
    <main>
      <EmptyState action={<Link href="/">Go to the library</Link>}>
        <strong>There is nothing at this address.</strong> It may have been mistyped, or the document was erased.
      </EmptyState>
    </main>
  );
}
