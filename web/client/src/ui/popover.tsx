// A small panel beside the control that opens it.
import type { ReactElement, ReactNode } from "react";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover as AriaPopover, type PopoverProps } from "react-aria-components/Popover";
import "./popover.css";

export interface PanelProps {
  trigger: ReactElement;
  label: string;
  placement?: NonNullable<PopoverProps["placement"]>;
  children: ReactNode;
}

/** `trigger` is a Button or IconButton; the panel closes by Escape or a click beside it. */
export function Popover({ trigger, label, placement = "bottom", children }: PanelProps) {
  return (
    <DialogTrigger>
      {trigger}
      <AriaPopover className="popover" placement={placement} offset={6}>
        <Dialog aria-label={label} className="popover__page">
          {children}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  );
}
