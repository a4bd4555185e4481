// The `?` sheet: every key that does something here, by what it belongs to.
import { Link } from "wouter";
import { useAllActions, type Action } from "../ui/actions";
import { Dialog } from "../ui/dialog";
import { Kbd } from "../ui/kbd";
import { useStoredChoice } from "../ui/stored-choice";
import { letterKeys } from "./keyboard";
import type { OverlayProps } from "./overlays";
import "./shortcuts-sheet.css";

export default function ShortcutsSheet({ onClose }: OverlayProps) {
  const groups = groupsOf(useAllActions());
  const areLettersOn = useStoredChoice(letterKeys) === "on";
  return (
    <Dialog title="Keyboard shortcuts" isOpen onClose={onClose} width="wide">
      {!areLettersOn && <p className="shortcuts__note">Keys without Ctrl or Alt are turned off in the settings.</p>}
      <div className="shortcuts">
        {groups.map(([group, actions]) => (
          <section key={group}>
            <h3 className="shortcuts__group">{group}</h3>
            <dl className="shortcuts__list">
              {actions.map(({ id, name, keys }) => (
                <div key={id} className="shortcuts__row">
                  <dt>{name}</dt>
                  <dd>
                    <Kbd keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="shortcuts__note">
        Keys that get in your way can be turned off in the{" "}
        <Link href="/settings" onClick={onClose}>
          settings
        </Link>
        .
      </p>
    </Dialog>
  );
}

/** What is there on every page stands last, in this order. */
const GENERAL = ["New", "Go to", "Everywhere"];

/** Actions with keys by group, in the order in which they were registered; what belongs to the page comes first. */
export function groupsOf(all: readonly Action[]): [group: string, actions: (Action & { keys: string })[]][] {
  const groups = new Map<string, (Action & { keys: string })[]>();
  for (const action of all) {
    const { keys, group = "This page" } = action;
    if (keys === undefined) continue;
    groups.set(group, [...(groups.get(group) ?? []), { ...action, keys }]);
  }
  const rank = (group: string) => GENERAL.indexOf(group);
  return [...groups].sort(([one], [other]) => rank(one) - rank(other));
}
