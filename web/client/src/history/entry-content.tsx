// A section or another entry as a whole, because it came or went.
import { Pieces } from "./pieces";
import { spoken } from "./field-names";
import { valueInWords } from "./values";
import "./entry-content.css";

/** Fields whose words are shown as they stand; the others become one line of facts. */
const NOT_SHOWN = new Set(["pos", "name", "title", "kind"]);

export function EntryContent({ entry, listPath, how }: { entry: unknown; listPath: string; how: "insert" | "delete" }) {
  const fields = fieldsOf(entry);
  const texts = fields.filter(([, value]) => value.includes("\n") || value.length > 60);
  const facts = fields.filter((field) => !texts.includes(field));
  if (fields.length === 0) return null;
  return (
    <div className="entry-content" data-how={how}>
      {facts.length > 0 && (
        <p className="entry-content__facts">{facts.map(([name, value]) => `${name}: ${value}`).join(" · ")}</p>
      )}
      {texts.map(([name, value]) => (
        <p key={`${listPath}-${name}`} className="entry-content__text" data-lyrics={name === "Lyrics" || undefined}>
          <span className="entry-content__name">{name}</span>
          <Pieces pieces={[{ change: how, text: value, author: null }]} />
        </p>
      ))}
    </div>
  );
}

function fieldsOf(entry: unknown): [name: string, words: string][] {
  if (typeof entry !== "object" || entry === null) return [];
  return Object.entries(entry).flatMap(([key, value]): [string, string][] => {
    const name = spoken(key);
    const words = isEmptyRecord(value) ? null : valueInWords(value, name);
    return NOT_SHOWN.has(key) || words === null ? [] : [[name, words]];
  });
}

function isEmptyRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
