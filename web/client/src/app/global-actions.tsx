// What can be done from everywhere: going places, the palette, the `?` sheet, a new document, signing out.
import {
  AudioLines,
  History,
  Inbox,
  Keyboard,
  Library,
  LogOut,
  PencilLine,
  Settings,
  Share2,
  Trash2,
  Users,
} from "lucide-react";
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { documentAt, historyAddress, KIND_NAMES, studioAddress } from "../api/addresses";
import { mayWrite } from "../api/roles";
import { useMe } from "../api/use-me";
import { NEW_KEYS, useNewDocument } from "../library/document-requests";
import { KindIcon } from "../library/kind-icon";
import { useActions, type Action } from "../ui/actions";
import { overlays } from "./overlays";

export function useGlobalActions(): void {
  const [address] = useLocation();
  const go = useGo();
  const document = documentAt(address);
  const everywhere = { group: "Everywhere" };
  useActions([
    { ...everywhere, id: "palette", name: "Go to or do", keys: "Mod+K", evenInText: true, run: opens("palette") },
    {
      ...everywhere,
      id: "shortcuts",
      name: "Keyboard shortcuts",
      keys: "?",
      icon: <Keyboard aria-hidden />,
      run: opens("shortcuts"),
    },
    go("go-library", "Library", "G L", "/", <Library aria-hidden />),
    go("go-inbox", "Inbox", "G I", "/inbox", <Inbox aria-hidden />),
    go("go-people", "People", "G P", "/people", <Users aria-hidden />),
    go("go-trash", "Trash", "G T", "/trash", <Trash2 aria-hidden />),
    go("go-settings", "Settings", "G ,", "/settings", <Settings aria-hidden />),
  ]);
  useActions(
    document?.kind === "song"
      ? [
          go("go-song", "Write this song", "G W", `/songs/${document.id}`, <PencilLine aria-hidden />),
          go("go-studio", "Studio of this song", "G S", studioAddress(document.id), <AudioLines aria-hidden />),
        ]
      : [],
  );
  useActions(
    document === null
      ? []
      : [
          go(
            "go-history",
            "History of this document",
            "G H",
            historyAddress(document.kind, document.id),
            <History aria-hidden />,
          ),
          { id: "share", name: "Share", group: "Document", icon: <Share2 aria-hidden />, run: opens("share") },
        ],
  );
  useNewActions(document !== null);
  useActions([{ id: "sign-out", name: "Sign out", icon: <LogOut aria-hidden />, run: opens("sign-out") }]);
}

/**
 * A new document of any kind, for those who may write. Around a document letters make none: hands that write on after
 * their text went, or before it has the focus, would make documents nobody wanted and leave the one they are in.
 */
function useNewActions(isAtDocument: boolean): void {
  const create = useNewDocument();
  const isWriter = mayWrite(useMe()?.role);
  const offers = KIND_NAMES.map((kind): Action => ({
    id: `new-${kind}`,
    name: `New ${kind}`,
    ...(isAtDocument ? {} : { keys: NEW_KEYS[kind] }),
    group: "New",
    icon: <KindIcon kind={kind} />,
    run: () => create.mutate(kind),
  }));
  useActions(isWriter ? offers : []);
}

function useGo() {
  const [, navigate] = useLocation();
  return (id: string, name: string, keys: string, path: string, icon: ReactNode): Action => ({
    id,
    name,
    keys,
    icon,
    group: "Go to",
    run: () => navigate(path),
  });
}

function opens(name: Parameters<typeof overlays.open>[0]): () => void {
  return () => overlays.open(name);
}
