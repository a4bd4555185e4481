// The history of a branch: that of its own content, from the moment it was forked.
import { OnBranch } from "../branches/on-branch";
import HistoryPage from "../history/history-page";

export default function BranchHistoryPage({ id, branchId }: { id: string; branchId: string }) {
  return (
    <OnBranch documentId={id} branchId={branchId}>
      {(branch) => <HistoryPage key={branch.content_id} id={branch.content_id} />}
    </OnBranch>
  );
}
