// What buttons, menus and keys do with sections: the edit, where the focus goes, and what is said about it.
import { createContext, useContext } from "react";
import type { DocumentSession } from "../../collab/document-session";
import { valueAt } from "../../collab/values";
import { announce } from "../fields/announce";
import { nudgeEntry, removeWithUndo } from "../fields/entry-actions";
import type { CurrentSection } from "./current-section";
import { addSection, duplicateSection, neighbourOf, sectionPath, SECTIONS, sectionsOf } from "./section-edits";
import { shownName, type SectionKind } from "./section-kinds";

export class SectionCommands {
  constructor(
    private readonly session: DocumentSession,
    private readonly current: CurrentSection,
  ) {}

  /** Adds a section after one, or at the end, and goes into its lyrics. */
  add(after: string | null, kind?: SectionKind): void {
    if (!this.mayWrite()) return;
    const id = addSection(this.session, after, kind);
    announce(`${this.nameOf(id)} added`);
    this.current.goTo(id, "lyrics");
  }

  duplicate(id: string): void {
    if (!this.mayWrite()) return;
    const copy = duplicateSection(this.session, id);
    if (copy === null) return;
    announce(`${this.nameOf(copy)} added, a copy of ${this.nameOf(id)}`);
    this.current.goTo(copy, "lyrics");
  }

  /** Moves a section by one place and says where it is now. */
  nudge(id: string, direction: -1 | 1): void {
    if (!this.mayWrite()) return;
    const place = nudgeEntry(this.session, SECTIONS, id, direction);
    const name = this.nameOf(id);
    if (place === null) announce(`${name} is already ${direction < 0 ? "first" : "last"}`);
    else announce(`${name} is now ${place} of ${sectionsOf(this.session.doc).length}`);
  }

  /** Removes a section; a toast brings it back, whatever was written elsewhere meanwhile. */
  remove(id: string): void {
    if (!this.mayWrite()) return;
    const { doc } = this.session;
    const name = this.nameOf(id);
    const next = neighbourOf(doc, id, 1) ?? neighbourOf(doc, id, -1);
    removeWithUndo(this.session, SECTIONS, id, name);
    announce(`${name} removed`);
    if (next === null) this.current.set(null);
    else this.current.goTo(next, "place");
  }

  /** Goes to the section before or after the current one. */
  step(direction: -1 | 1): void {
    const next = neighbourOf(this.session.doc, this.current.get(), direction);
    if (next !== null) this.current.goTo(next, "lyrics");
  }

  private mayWrite(): boolean {
    return this.session.getState().mayWrite;
  }

  private nameOf(id: string): string {
    const { doc } = this.session;
    return shownName(valueAt(doc, sectionPath(id, "name")), valueAt(doc, sectionPath(id, "kind")));
  }
}

const CommandsContext = createContext<SectionCommands | null>(null);

export const SectionCommandsProvider = CommandsContext.Provider;

export function useSectionCommands(): SectionCommands {
  const commands = useContext(CommandsContext);
  if (commands === null) throw new Error("sections are changed only within a song");
  return commands;
}
