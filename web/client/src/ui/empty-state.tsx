// Where nothing is yet: one sentence and one thing to do.
import type { ReactNode } from "react";
import "./empty-state.css";

export function EmptyState({ icon, children, action }: { icon?: ReactNode; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty-state">
      {icon}
      <p>{children}</p>
      {action}
    </div>
  );
}
