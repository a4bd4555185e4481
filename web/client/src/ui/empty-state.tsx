// Where nothing is yet: one sentence and one thing to do.
import type { ReactNode } from "react";
import "./empty-state.css";

export interface EmptyStateProps {
  icon?: ReactNode;
  /** Where nothing else is on the page: its heading. */
  title?: string;
  children: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="empty-state">
      {icon}
      {title !== undefined && <h1 className="empty-state__title">{title}</h1>}
      <p>{children}</p>
      {action}
    </div>
  );
}
