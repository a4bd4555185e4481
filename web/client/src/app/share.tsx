// The document of this page, shared: gives the dialog what it needs to know.
import { useLocation } from "wouter";
import { documentAddress, documentAt } from "../api/addresses";
import { ShareDialog } from "../people/share-dialog";
import type { OverlayProps } from "./overlays";

export default function Share({ onClose }: OverlayProps) {
  const [address] = useLocation();
  const found = documentAt(address);
  if (found === null) return null;
  const [title = ""] = document.title.split(" · ");
  return <ShareDialog title={title} address={documentAddress(found.kind, found.id)} onClose={onClose} />;
}
