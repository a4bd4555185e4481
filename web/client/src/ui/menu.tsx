// A button that opens a list of things to do.
import type { ReactElement, ReactNode } from "react";
import { Menu as AriaMenu, MenuItem, MenuTrigger, Separator } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { classes } from "./classes";
import { Kbd } from "./kbd";
import "./menu.css";

export interface MenuAction {
  id: string;
  name: string;
  icon?: ReactNode;
  keys?: string;
  tone?: "danger";
  isDisabled?: boolean;
  /** An address to go to instead of something to do. */
  href?: string;
  /** Draws a line above. */
  startsGroup?: boolean;
  /** For what one may want to do several times. */
  staysOpen?: boolean;
  onAction?: () => void;
}

export interface MenuProps {
  /** A Button or IconButton. */
  trigger: ReactElement;
  label: string;
  /** What stands above the actions. */
  header?: ReactNode;
  actions: MenuAction[];
  /** Which ends of the menu and its button meet. */
  placement?: "bottom start" | "bottom end";
  /** Left out, the menu opens and closes by itself. */
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
}

export function Menu({ trigger, label, header, actions, placement = "bottom start", ...rest }: MenuProps) {
  return (
    <MenuTrigger {...rest}>
      {trigger}
      <Popover className="menu" offset={4} placement={placement}>
        {header}
        <AriaMenu aria-label={label} className="menu__items">
          {actions.map((action) => [
            action.startsGroup === true && <Separator key={`${action.id}-line`} className="menu__line" />,
            <MenuItem
              key={action.id}
              id={action.id}
              textValue={action.name}
              className={classes("menu__item", action.tone === "danger" && "menu__item--danger")}
              isDisabled={action.isDisabled ?? false}
              {...(action.staysOpen === true ? { shouldCloseOnSelect: false } : {})}
              {...(action.href === undefined ? {} : { href: action.href })}
              {...(action.onAction === undefined ? {} : { onAction: action.onAction })}
            >
              {action.icon}
              <span className="menu__words">{action.name}</span>
              {action.keys !== undefined && <Kbd keys={action.keys} />}
            </MenuItem>,
          ])}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
