// The files of a take, to save.
import type { ReactElement } from "react";
import { Menu } from "../ui/menu";
import { size } from "./format";
import type { Download } from "./takes";

/** `trigger` is a Button or IconButton. */
export function DownloadMenu({
  trigger,
  label,
  downloads,
}: {
  trigger: ReactElement;
  label: string;
  downloads: readonly Download[];
}) {
  return (
    <Menu
      trigger={trigger}
      label={label}
      placement="bottom end"
      actions={downloads.map((download, index) => ({
        id: download.id,
        name: `${download.name} (${size(download.bytes)})`,
        startsGroup: index > 0 && download.isStem && downloads[index - 1]?.isStem === false,
        onAction: () => save(download),
      }))}
    />
  );
}

/** Lets the browser save a file, under its own progress and in its own folder. */
function save(download: Download): void {
  const link = document.createElement("a");
  link.href = download.href;
  link.download = download.fileName;
  link.click();
}
