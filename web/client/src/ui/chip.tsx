// A short word about a thing: a state, a kind, a role.
import type { ReactNode } from "react";
import { classes } from "./classes";
import "./chip.css";

export interface ChipProps {
  tone?: "plain" | "accent" | "success" | "warning" | "danger";
  icon?: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Chip({ tone = "plain", icon, children, className }: ChipProps) {
  return (
    <span className={classes("chip", `chip--${tone}`, className)}>
      {icon}
      {children}
    </span>
  );
}
