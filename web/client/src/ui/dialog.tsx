// Dialogs: something to decide before going on. Escape and the scrim close them; focus goes back to where it was.
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { IconButton } from "./button";
import { classes } from "./classes";
import "./dialog.css";

export interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Buttons at the bottom, the one that goes on last. */
  actions?: ReactNode;
  width?: "narrow" | "wide";
  /** An alert asks about something that cannot be undone, and is not closed by a click beside it. */
  role?: "dialog" | "alertdialog";
}

/** A dialog over the page, a sheet from below on phones. */
export function Dialog({ title, isOpen, onClose, children, actions, width = "narrow", role = "dialog" }: DialogProps) {
  return (
    <ModalOverlay
      className="dialog__scrim"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={role === "dialog"}
    >
      <Modal className={classes("dialog", `dialog--${width}`)}>
        <AriaDialog role={role} className="dialog__page">
          <header className="dialog__head">
            <Heading slot="title" className="dialog__title">
              {title}
            </Heading>
            <IconButton label="Close" icon={<X size={18} aria-hidden />} onPress={onClose} size="small" />
          </header>
          <div className="dialog__body">{children}</div>
          {actions !== undefined && <footer className="dialog__actions">{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
