// Writing on a branch: the editor of its kind, on the branch's own content.
import { lazy, Suspense, type ComponentType } from "react";
import type { KindName } from "../../api/addresses";
import { OnBranch } from "../../branches/on-branch";
import { PageSkeleton } from "../../ui/page-skeleton";

const EDITORS: Record<KindName, ComponentType<{ id: string }>> = {
  song: lazy(() => import("../song/song-page")),
  persona: lazy(() => import("../persona/persona-page")),
  world: lazy(() => import("../world/world-page")),
  note: lazy(() => import("../note/note-page")),
};

export default function BranchEditorPage({ id, branchId }: { id: string; branchId: string }) {
  return (
    <OnBranch documentId={id} branchId={branchId}>
      {(branch) => {
        const Editor = EDITORS[branch.kind];
        return (
          <Suspense fallback={<PageSkeleton />}>
            <Editor key={branch.content_id} id={branch.content_id} />
          </Suspense>
        );
      }}
    </OnBranch>
  );
}
