// The way to the inbox, in the bar of every page, with how much of it is unread.
import { Bell } from "lucide-react";
import { useLocation } from "wouter";
import { useUnread } from "../api/inbox";
import { IconButton } from "../ui/button";
import "./inbox-bell.css";

const SHOWN_MAX = 99;

export function InboxBell() {
  const [address, navigate] = useLocation();
  const unread = useUnread();
  return (
    <span className="inbox-bell">
      <IconButton
        label={unread === 0 ? "Inbox" : `Inbox, ${unread} unread`}
        keys="G I"
        aria-current={address === "/inbox" ? "page" : false}
        icon={<Bell size={18} aria-hidden />}
        onPress={() => navigate("/inbox")}
      />
      {unread > 0 && (
        <span className="inbox-bell__count" aria-hidden>
          {unread > SHOWN_MAX ? `${SHOWN_MAX}+` : unread}
        </span>
      )}
    </span>
  );
}
