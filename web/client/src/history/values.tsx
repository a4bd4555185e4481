// Values of fields as people read them, and what became of them.
import { useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { languageName } from "../ui/languages";
import { capitalised } from "../ui/words";
import { stateQuery } from "./requests";
import "./values.css";

/** A value in words; null: nothing is set. */
export function valueInWords(value: unknown, field: string): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(String).join(", ");
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (field === "Energy" && typeof value === "number") return `${Math.round(value * 100)} %`;
  if (field === "Tempo" && typeof value === "number") return `${value} bpm`;
  if (field === "Key" && typeof value === "string") return value.replace("#", "♯").replace(/^(.)b$/u, "$1♭");
  if (field === "Language" && typeof value === "string") return languageName(value);
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** A document that a field refers to, by its title. */
export function ReferenceName({ id }: { id: string }) {
  const document = useQuery(stateQuery(id, null));
  const content = document.data as Record<string, unknown> | undefined;
  const title = content?.["title"] ?? content?.["name"];
  if (document.error !== null) return "A document that is gone";
  return typeof title === "string" && title !== "" ? title : document.data === undefined ? "…" : "Untitled";
}

export interface ValueProps {
  value: unknown;
  field: string;
  how: string;
}

export function Value({ value, field, how }: ValueProps) {
  if (how === "reference" && typeof value === "string") return <ReferenceName id={value} />;
  const words = valueInWords(how === "choice" && typeof value === "string" ? capitalised(value) : value, field);
  if (words === null) return <span className="value__none">Not set</span>;
  if (how === "colour")
    return (
      <>
        <span className="value__swatch" style={{ background: words }} aria-hidden /> {words}
      </>
    );
  return words;
}

/** Old and new beside each other: the old struck out, the new underlined. */
export function ValueChange({ old, fresh, field, how }: { old: unknown; fresh: unknown; field: string; how: string }) {
  return (
    <span className="value-change">
      <del className="value value--old">
        <span className="visually-hidden">from </span>
        <Value value={old} field={field} how={how} />
      </del>
      <ArrowRight size={15} aria-hidden className="value-change__arrow" />
      <ins className="value value--new">
        <span className="visually-hidden">to </span>
        <Value value={fresh} field={field} how={how} />
      </ins>
    </span>
  );
}

/** Labels that came and went; those that stayed say where. */
export function LabelsChange({ old, fresh }: { old: readonly string[]; fresh: readonly string[] }) {
  const all = [...old, ...fresh.filter((label) => !old.includes(label))];
  return (
    <ul className="labels-change">
      {all.map((label) => {
        const [was, is] = [old.includes(label), fresh.includes(label)];
        if (was && is)
          return (
            <li key={label} className="label-change">
              {label}
            </li>
          );
        return (
          <li key={label}>
            {is ? (
              <ins className="label-change label-change--in">
                <span aria-hidden>+ </span>
                <span className="visually-hidden">added: </span>
                {label}
              </ins>
            ) : (
              <del className="label-change label-change--out">
                <span aria-hidden>− </span>
                <span className="visually-hidden">removed: </span>
                {label}
              </del>
            )}
          </li>
        );
      })}
    </ul>
  );
}
