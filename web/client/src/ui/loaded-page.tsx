// Pages whose code loads when they are opened, or ahead. React holds back what suspends for at least 300 ms, also when
// its code is there long before: here a page stands as soon as it can.
import { useState, type ComponentType, type ReactNode } from "react";
import { PageSkeleton } from "./page-skeleton";
import { loadAhead, useLoaded, type Load } from "./use-loaded";

/** The page behind `load`: a skeleton until its code is there. What does not come is thrown, for an error boundary. */
export function loadedPage<Props extends object>(load: Load<ComponentType<Props>>): ComponentType<Props> {
  return function LoadedPage(props: Props): ReactNode {
    const [failure, setFailure] = useState<Error | null>(null);
    // Asked for while the page around it is still being drawn.
    useState(() => void loadAhead(load));
    const Page = useLoaded(load, (reason) => setFailure(reason instanceof Error ? reason : new Error(String(reason))));
    if (failure !== null) throw failure;
    return Page === null ? <PageSkeleton /> : <Page {...props} />;
  };
}
