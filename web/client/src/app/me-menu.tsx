// My own menu: who I am here, where my things are, the theme, the way out.
import { Inbox, Keyboard, LogOut, Monitor, Moon, Search, Settings, Sun, Trash2, Users } from "lucide-react";
import { Button as AriaButton } from "react-aria-components/Button";
import { useUnread } from "../api/inbox";
import { roleName } from "../api/roles";
import { useMe } from "../api/use-me";
import { runAction } from "../ui/actions";
import { Avatar } from "../ui/avatar";
import { LazyMenu } from "../ui/lazy-menu";
import type { MenuAction } from "../ui/menu";
import { useStoredChoice } from "../ui/stored-choice";
import { theme, THEMES, type Theme } from "./theme";
import "./me-menu.css";

const THEME_NAMES: Record<Theme, string> = {
  system: "Theme: as the system",
  light: "Theme: light",
  dark: "Theme: dark",
};
const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon };

export function MeMenu() {
  const me = useMe();
  const chosen = useStoredChoice(theme);
  const unread = useUnread();
  if (me === undefined) return <span className="me-menu__space" />;
  const ThemeIcon = THEME_ICONS[chosen];
  const items: MenuAction[] = [
    {
      id: "palette",
      name: "Go to or do",
      icon: <Search aria-hidden />,
      keys: "Mod+K",
      onAction: () => runAction("palette"),
    },
    {
      id: "inbox",
      name: unread === 0 ? "Inbox" : `Inbox (${unread} unread)`,
      icon: <Inbox aria-hidden />,
      href: "/inbox",
      keys: "G I",
    },
    { id: "people", name: "People", icon: <Users aria-hidden />, href: "/people", keys: "G P" },
    { id: "trash", name: "Trash", icon: <Trash2 aria-hidden />, href: "/trash", keys: "G T" },
    { id: "settings", name: "Settings", icon: <Settings aria-hidden />, href: "/settings" },
    {
      id: "theme",
      name: THEME_NAMES[chosen],
      icon: <ThemeIcon aria-hidden />,
      startsGroup: true,
      staysOpen: true,
      onAction: () => theme.set(after(chosen)),
    },
    {
      id: "shortcuts",
      name: "Keyboard shortcuts",
      icon: <Keyboard aria-hidden />,
      keys: "?",
      onAction: () => runAction("shortcuts"),
    },
    {
      id: "sign-out",
      name: "Sign out",
      icon: <LogOut aria-hidden />,
      startsGroup: true,
      onAction: () => runAction("sign-out"),
    },
  ];
  return (
    <LazyMenu
      label="My menu"
      header={
        <div className="me-menu__who">
          <strong>{me.name}</strong>
          <span>
            {roleName(me.role)} in {me.workspace}
          </span>
        </div>
      }
      trigger={
        <AriaButton
          className="me-menu__button"
          aria-label={`${me.name}, my menu${unread === 0 ? "" : `, inbox: ${unread} unread`}`}
        >
          <Avatar name={me.name} colour={me.colour} />
          {unread > 0 && <span className="me-menu__unread" aria-hidden />}
        </AriaButton>
      }
      actions={items}
    />
  );
}

function after(chosen: Theme): Theme {
  return THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length] ?? "system";
}
