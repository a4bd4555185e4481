// The way to a new document of any kind.
import { ChevronDown, Plus } from "lucide-react";
import { KIND_NAMES, KINDS } from "../api/addresses";
import { Button } from "../ui/button";
import { LazyMenu } from "../ui/lazy-menu";
import { NEW_KEYS, useNewDocument } from "./document-requests";
import { KindIcon } from "./kind-icon";
import "./new-menu.css";

export function NewMenu() {
  const create = useNewDocument();
  return (
    <LazyMenu
      label="New document"
      trigger={
        <Button tone="primary" icon={<Plus size={16} aria-hidden />} isPending={create.isPending}>
          New <ChevronDown size={14} aria-hidden className="new-menu__more" />
        </Button>
      }
      actions={KIND_NAMES.map((kind) => ({
        id: kind,
        name: KINDS[kind].name,
        icon: <KindIcon kind={kind} />,
        keys: NEW_KEYS[kind],
        onAction: () => create.mutate(kind),
      }))}
    />
  );
}
