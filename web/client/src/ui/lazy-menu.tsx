// A menu whose code loads when somebody reaches for it: a list of many rows costs only their buttons.
import { cloneElement, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode, type Ref } from "react";
import type { MenuAction, MenuProps } from "./menu";
import { showLoadFailure } from "./use-loaded";

type MenuComponent = (props: MenuProps) => ReactNode;

interface TriggerProps {
  ref?: Ref<HTMLButtonElement>;
  onPress?: () => void;
  onHoverStart?: () => void;
  onFocus?: () => void;
  "aria-haspopup"?: "menu";
  "aria-expanded"?: boolean;
}

export interface LazyMenuProps {
  /** A Button or IconButton. */
  trigger: ReactElement<TriggerProps>;
  label: string;
  header?: ReactNode;
  actions: MenuAction[];
}

export function LazyMenu({ trigger, ...rest }: LazyMenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [Menu, setMenu] = useState<MenuComponent | null>(null);
  const [isOpen, setOpen] = useState(false);
  useLayoutEffect(() => {
    if (Menu === null) return;
    // The button stands anew, inside the menu: it takes over the focus before the menu remembers where that was.
    button.current?.focus();
    setOpen(true);
  }, [Menu]);
  if (Menu !== null)
    return <Menu {...rest} trigger={cloneElement(trigger, { ref: button })} isOpen={isOpen} onOpenChange={setOpen} />;
  const open = () =>
    void loadMenu().then(
      (module) => setMenu(() => module.Menu),
      () => showLoadFailure(open),
    );
  // What does not come ahead says so when it is wanted.
  const preload = () => void loadMenu().catch(() => undefined);
  return cloneElement(trigger, {
    onPress: open,
    onHoverStart: preload,
    onFocus: () => {
      trigger.props.onFocus?.();
      preload();
    },
    "aria-haspopup": "menu",
    "aria-expanded": false,
  });
}

function loadMenu() {
  return import("./menu");
}
