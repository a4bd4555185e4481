// Writing on a branch: the editor of its kind, on the branch's own content.
import type { ComponentType } from "react";
import type { KindName } from "../../api/addresses";
import { OnBranch } from "../../branches/on-branch";
import { loadedPage } from "../../ui/loaded-page";

const EDITORS: Record<KindName, ComponentType<{ id: string }>> = {
  song: loadedPage(() => import("../song/song-page")),
  persona: loadedPage(() => import("../persona/persona-page")),
  world: loadedPage(() => import("../world/world-page")),
  note: loadedPage(() => import("../note/note-page")),
};

export default function BranchEditorPage({ id, branchId }: { id: string; branchId: string }) {
  return (
    <OnBranch documentId={id} branchId={branchId}>
      {(branch) => {
        const Editor = EDITORS[branch.kind];
        return <Editor key={branch.content_id} id={branch.content_id} />;
      }}
    </OnBranch>
  );
}
