// What can be done from everywhere: going places, the palette, the `?` sheet, a new document, signing out.
import { useLocation } from "wouter";
import { useActions, type Action } from "../ui/actions";
import { documentAt, KIND_NAMES, studioAddress } from "../api/addresses";
import { mayWrite } from "../api/roles";
import { useMe } from "../api/use-me";
import { NEW_KEYS, useNewDocument } from "../library/document-requests";
import { overlays } from "./overlays";

export function useGlobalActions(): void {
  const [address, navigate] = useLocation();
  const go = (id: string, name: string, keys: string, path: string): Action => ({
    id,
    name,
    keys,
    group: "Go to",
    run: () => navigate(path),
  });
  const document = documentAt(address);
  const create = useNewDocument();
  const isWriter = mayWrite(useMe()?.role);
  useActions([
    {
      id: "palette",
      name: "Go to or do",
      keys: "Mod+K",
      evenInText: true,
      group: "Everywhere",
      run: () => overlays.open("palette"),
    },
    {
      id: "shortcuts",
      name: "Keyboard shortcuts",
      keys: "?",
      group: "Everywhere",
      run: () => overlays.open("shortcuts"),
    },
    go("go-library", "Library", "G L", "/"),
    go("go-people", "People", "G P", "/people"),
    go("go-trash", "Trash", "G T", "/trash"),
    go("go-settings", "Settings", "G ,", "/settings"),
    ...(document?.kind === "song"
      ? [
          go("go-song", "This song", "G W", `/songs/${document.id}`),
          go("go-studio", "Studio of this song", "G S", studioAddress(document.id)),
        ]
      : []),
    ...(document === null
      ? []
      : [{ id: "share", name: "Share", group: "Document", run: () => overlays.open("share") } satisfies Action]),
    ...(isWriter
      ? KIND_NAMES.map((kind): Action => ({
          id: `new-${kind}`,
          name: `New ${kind}`,
          keys: NEW_KEYS[kind],
          group: "New",
          run: () => create.mutate(kind),
        }))
      : []),
    { id: "sign-out", name: "Sign out", run: () => overlays.open("sign-out") },
  ]);
}
