// Something that opens and closes. Not <details>: its Space must open it, not play.
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Disclosure, DisclosurePanel } from "react-aria-components/Disclosure";
import { classes } from "../ui/classes";
import "./fold.css";

export interface FoldProps {
  /** What it is called, open or closed. */
  name: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Fold({ name, children, className }: FoldProps) {
  return (
    <Disclosure className={classes("fold", className)}>
      <Button slot="trigger" className="fold__name" preventFocusOnPress>
        <ChevronRight size={14} aria-hidden className="fold__arrow" />
        {name}
      </Button>
      <DisclosurePanel className="fold__panel">{children}</DisclosurePanel>
    </Disclosure>
  );
}
