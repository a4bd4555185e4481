// Every page and its address. Pages load when they are opened: the library must not wait for the editor.
import { lazy, Suspense, type ComponentType, type LazyExoticComponent } from "react";
import { Route, Switch } from "wouter";
import { isKindName } from "../api/addresses";
import { setPreload } from "../library/preload";
import { PageSkeleton } from "../ui/page-skeleton";
import { NotFoundPage } from "./not-found-page";

/** A page about one document is given its id. */
type DocumentPage = ComponentType<{ id: string }>;
type Loader<Page> = () => Promise<{ default: Page }>;

const loaders = import.meta.glob<{ default: DocumentPage }>(["../documents/*/*-page.tsx", "../studio/studio-page.tsx"]);

const PAGES: readonly [path: string, load: Loader<ComponentType>][] = [
  ["/", () => import("../library/library-page")],
  ["/trash", () => import("../library/trash-page")],
  ["/people", () => import("../people/people-page")],
  ["/settings", () => import("./settings-page")],
];

const DOCUMENT_PAGES: readonly [path: string, file: string][] = [
  ["/songs/:id", "../documents/song/song-page.tsx"],
  ["/songs/:id/studio", "../studio/studio-page.tsx"],
  ["/songs/:id/lyrics", "../documents/song/lyric-sheet-page.tsx"],
  ["/personas/:id", "../documents/persona/persona-page.tsx"],
  ["/worlds/:id", "../documents/world/world-page.tsx"],
  ["/notes/:id", "../documents/note/note-page.tsx"],
];

const ROUTES = PAGES.map(([path, load]) => ({ path, Page: lazy(load) }));
const DOCUMENT_ROUTES: { path: string; Page: LazyExoticComponent<DocumentPage> }[] = DOCUMENT_PAGES.flatMap(
  ([path, file]) => {
    const load = loaders[file];
    return load === undefined ? [] : [{ path, Page: lazy(load) }];
  },
);

setPreload((kind) => {
  const load = isKindName(kind) ? loaders[`../documents/${kind}/${kind}-page.tsx`] : undefined;
  void load?.().catch(() => undefined);
});

export function Routes() {
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Switch>
        {ROUTES.map(({ path, Page }) => (
          <Route key={path} path={path}>
            <Page />
          </Route>
        ))}
        {DOCUMENT_ROUTES.map(({ path, Page }) => (
          <Route key={path} path={path}>
            {/* Another document is another page: nothing of the one before may stay. */}
            {(params: Record<string, string | undefined>) => <Page key={params["id"]} id={params["id"] ?? ""} />}
          </Route>
        ))}
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </Suspense>
  );
}
