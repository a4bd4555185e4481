// Tooltips: the name of what has no words on it, and its keys.
import type { ReactNode } from "react";
import { Tooltip as AriaTooltip, TooltipTrigger as AriaTrigger } from "react-aria-components/Tooltip";
import { Kbd } from "./kbd";
import "./tooltip.css";

/** Holds a control and its tooltip. */
export function TooltipTrigger({ children }: { children: ReactNode }) {
  return (
    <AriaTrigger delay={500} closeDelay={80}>
      {children}
    </AriaTrigger>
  );
}

/** The words over a control while it is pointed at or focused. */
export function Tooltip({ children, keys }: { children: ReactNode; keys?: string }) {
  return (
    <AriaTooltip className="tooltip" offset={6}>
      {children}
      {keys !== undefined && <Kbd keys={keys} />}
    </AriaTooltip>
  );
}
