// A page that is still being loaded.
import "./page.css";
import { Skeleton } from "./skeleton";

/** Takes no focus: the page that comes does. */
export function PageSkeleton() {
  return (
    <main className="page page--wide" aria-busy>
      <Skeleton lines={6} label="Loading the page" />
    </main>
  );
}
