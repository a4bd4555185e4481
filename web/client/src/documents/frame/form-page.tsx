// A document as a form one reads like a page: groups under headings, two columns where there is room, a way to each group.
import { useEffect, useId, useState, type MouseEvent, type ReactNode } from "react";
import { DocumentTitle } from "./document-title";
import "./form-page.css";

export interface FormGroup {
  /** Unique in the page; part of an element id. */
  id: string;
  title: string;
  /** One sentence on what belongs here. */
  lead?: string;
  content: ReactNode;
}

/** The title, the groups, and their list, which stays in sight. */
export function FormPage({ groups, titlePlaceholder }: { groups: readonly FormGroup[]; titlePlaceholder?: string }) {
  const prefix = useId();
  const idOf = (group: FormGroup) => `${prefix}${group.id}`;
  const current = useCurrent(groups.map(idOf));
  const go = (event: MouseEvent, group: FormGroup) => {
    event.preventDefault();
    const target = document.getElementById(idOf(group));
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target?.scrollIntoView({ behavior: isStill ? "auto" : "smooth", block: "start" });
    target?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  };
  return (
    <div className="form-page">
      <nav className="form-page__nav" aria-label="On this page">
        <ul>
          {groups.map((group) => (
            <li key={group.id}>
              <a
                href={`#${idOf(group)}`}
                className="form-page__link"
                {...(current === idOf(group) ? { "aria-current": "location" } : {})}
                onClick={(event) => go(event, group)}
              >
                {group.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="form-page__paper">
        <DocumentTitle {...(titlePlaceholder === undefined ? {} : { placeholder: titlePlaceholder })} />
        {groups.map((group) => (
          <section
            key={group.id}
            id={idOf(group)}
            className="form-page__group"
            aria-labelledby={`${idOf(group)}-title`}
          >
            <header className="form-page__head">
              <h2 id={`${idOf(group)}-title`} tabIndex={-1}>
                {group.title}
              </h2>
              {group.lead !== undefined && <p className="form-page__lead">{group.lead}</p>}
            </header>
            {group.content}
          </section>
        ))}
      </div>
    </div>
  );
}

/** Fields side by side where there is room; `FormGrid` children take a cell each. */
export function FormGrid({ children }: { children: ReactNode }) {
  return <div className="form-page__grid">{children}</div>;
}

/** The group one reads: the last one whose top has passed the upper third of the window. */
function useCurrent(ids: readonly string[]): string | null {
  const [current, setCurrent] = useState<string | null>(ids[0] ?? null);
  const list = ids.join(" ");
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const line = window.innerHeight / 3;
      const passed = list
        .split(" ")
        .filter((id) => (document.getElementById(id)?.getBoundingClientRect().top ?? Infinity) < line);
      const isAtEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
      setCurrent(
        (isAtEnd && window.scrollY > 0 ? list.split(" ").at(-1) : passed.at(-1)) ?? list.split(" ")[0] ?? null,
      );
    };
    const later = () => {
      frame ||= requestAnimationFrame(look);
    };
    addEventListener("scroll", later, { passive: true });
    return () => {
      removeEventListener("scroll", later);
      cancelAnimationFrame(frame);
    };
  }, [list]);
  return current;
}
