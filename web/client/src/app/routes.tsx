// Every page and its address. Pages load when they are opened: the library must not wait for the editor.
import type { ComponentType } from "react";
import { Route, Switch } from "wouter";
import { isKindName, KINDS } from "../api/addresses";
import { setAhead } from "../library/preload";
import { loadedPage } from "../ui/loaded-page";
import { loadAhead, type Load } from "../ui/use-loaded";
import { NotFoundPage } from "./not-found-page";

const PAGES: Record<string, Load<ComponentType>> = {
  "/": () => import("../library/library-page"),
  "/trash": () => import("../library/trash-page"),
  "/inbox": () => import("../inbox/inbox-page"),
  "/people": () => import("../people/people-page"),
  "/settings": () => import("./settings-page"),
};

/** Pages about one document are given its id. */
const DOCUMENT_PAGES: Record<string, Load<ComponentType<{ id: string }>>> = {
  "/songs/:id": () => import("../documents/song/song-page"),
  "/songs/:id/lyrics": () => import("../documents/song/lyric-sheet-page"),
  "/songs/:id/studio": () => import("../studio/studio-page"),
  "/personas/:id": () => import("../documents/persona/persona-page"),
  "/worlds/:id": () => import("../documents/world/world-page"),
  "/notes/:id": () => import("../documents/note/note-page"),
  "/songs/:id/history": () => import("../history/history-page"),
  "/personas/:id/history": () => import("../history/history-page"),
  "/worlds/:id/history": () => import("../history/history-page"),
  "/notes/:id/history": () => import("../history/history-page"),
};

/** Pages about the branches of a document: all of them, or one. */
const BRANCH_PAGES: Record<string, Load<ComponentType<{ id: string; branchId: string }>>> = {
  "/:folder/:id/branches": () => import("../review/branches-page"),
  "/:folder/:id/branches/:branchId": () => import("../review/review-page"),
  "/:folder/:id/branches/:branchId/edit": () => import("../documents/branch/branch-editor-page"),
  "/:folder/:id/branches/:branchId/history": () => import("../review/branch-history-page"),
};

const ROUTES = Object.entries(PAGES).map(([path, load]) => ({ path, Page: loadedPage(load) }));
const DOCUMENT_ROUTES = Object.entries(DOCUMENT_PAGES).map(([path, load]) => ({ path, Page: loadedPage(load) }));
const BRANCH_ROUTES = Object.entries(BRANCH_PAGES).map(([path, load]) => ({ path, Page: loadedPage(load) }));

setAhead({
  loadEditor: (kind) => {
    const load = isKindName(kind) ? DOCUMENT_PAGES[`/${KINDS[kind].folder}/:id`] : undefined;
    if (load !== undefined) void loadAhead(load).then(rehearse);
  },
  openDocument: (kind, id) => {
    if (!isKindName(kind)) return;
    // What does not come says so when the page is opened.
    void import("../collab/sessions").then(({ openAhead }) => openAhead(id, kind)).catch(() => undefined);
  },
});

/** Where code of the editor is there already. */
function rehearse(): void {
  void import("../documents/fields/rehearsal").then(
    ({ rehearseInTurn }) => rehearseInTurn(),
    () => undefined,
  );
}

/** Begins to load the code of the page at an address, before anything is drawn. */
export function loadPageAt(address: string): void {
  const parts = address.split("/");
  const isAt = (path: string) => {
    const wanted = path.split("/");
    return wanted.length === parts.length && wanted.every((part, at) => part.startsWith(":") || part === parts[at]);
  };
  const all: Record<string, Load<unknown>> = { ...PAGES, ...DOCUMENT_PAGES, ...BRANCH_PAGES };
  const found = Object.entries(all).find(([path]) => isAt(path));
  if (found !== undefined) void loadAhead(found[1]);
}

export function Routes() {
  return (
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
      {BRANCH_ROUTES.map(({ path, Page }) => (
        <Route key={path} path={path}>
          {({ id = "", branchId = "" }: Record<string, string | undefined>) => (
            <Page key={`${id} ${branchId}`} id={id} branchId={branchId} />
          )}
        </Route>
      ))}
      <Route>
        <NotFoundPage />
      </Route>
    </Switch>
  );
}
