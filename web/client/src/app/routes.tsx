// Every page and its address. Pages load when they are opened: the library must not wait for the editor.
import { lazy, Suspense, type ComponentType } from "react";
import { Route, Switch } from "wouter";
import { Skeleton } from "../ui/skeleton";
import { NotFoundPage } from "./not-found-page";

const PAGES: readonly [path: string, page: ComponentType][] = [
  ["/", lazy(async () => import("../library/library-page"))],
];

export function Routes() {
  return (
    <Suspense fallback={<Skeleton />}>
      <Switch>
        {PAGES.map(([path, page]) => (
          <Route key={path} path={path} component={page} />
        ))}
        <Route component={NotFoundPage} />
      </Switch>
    </Suspense>
  );
}
