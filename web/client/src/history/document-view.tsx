// A document to read: title, facts, sections and texts, as its own description of its kind orders them.
import type { KindName } from "../api/addresses";
import { KINDS } from "../api/addresses";
import { Chip } from "../ui/chip";
import { nameOfEntry, schemaOf, spoken, type FieldSchema } from "./field-names";
import type { Content } from "./requests";
import { Value, valueInWords } from "./values";
import "./document-view.css";

type Fields = [key: string, schema: FieldSchema][];

export function DocumentView({ kind, content }: { kind: KindName; content: Content }) {
  const titleField = KINDS[kind].titleField;
  const fields = Object.entries(schemaOf(kind).properties ?? {}).filter(([key]) => key !== titleField);
  const title = content[titleField];
  const { facts, parts } = sorted(fields);
  return (
    <article className="document-view">
      <h3 className="document-view__title">{typeof title === "string" && title !== "" ? title : "Untitled"}</h3>
      <Facts fields={facts} content={content} />
      {/* The words come first: what they are made with stands below. */}
      {[...parts.filter(([key]) => key === "sections"), ...parts.filter(([key]) => key !== "sections")].map(
        ([key, schema]) => (
          <Part key={key} name={key} schema={schema} value={content[key]} />
        ),
      )}
    </article>
  );
}

function Facts({ fields, content }: { fields: Fields; content: Content }) {
  const shown = fields.filter(([key]) => valueInWords(content[key], spoken(key)) !== null);
  if (shown.length === 0) return null;
  return (
    <dl className="document-view__facts">
      {shown.map(([key, schema]) => (
        <div key={key} className="document-view__fact">
          <dt>{spoken(key)}</dt>
          <dd>
            <Value value={content[key]} field={spoken(key)} how={schema["x-field"] ?? "value"} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Part({ name, schema, value }: { name: string; schema: FieldSchema; value: unknown }) {
  const how = schema["x-field"];
  if (how === "text") return <Text name={name} value={value} />;
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return null;
  const content = value as Record<string, unknown>;
  if (how === "entries")
    return (
      <section className="document-view__part" data-entries={name}>
        <h4 className="document-view__heading">{spoken(name)}</h4>
        {Object.entries(content).map(([id, entry]) => (
          <EntryView key={id} list={name} schema={schema.additionalProperties} entry={entry} />
        ))}
      </section>
    );
  if (how === "record") return <RecordView name={name} schema={schema} content={content} />;
  return null;
}

function RecordView({ name, schema, content }: { name: string; schema: FieldSchema; content: Content }) {
  const { facts, parts } = sorted(Object.entries(schema.properties ?? {}));
  const isEmpty = Object.values(content).every((value) => valueInWords(value, "") === null || isEmptyRecord(value));
  if (isEmpty) return null;
  return (
    <section className="document-view__part">
      <h4 className="document-view__heading">{spoken(name)}</h4>
      <Facts fields={facts} content={content} />
      {parts.map(([key, part]) => (
        <Part key={key} name={key} schema={part} value={content[key]} />
      ))}
    </section>
  );
}

function EntryView({
  list,
  schema,
  entry,
}: {
  list: string;
  schema: FieldSchema | boolean | undefined;
  entry: unknown;
}) {
  const content = (typeof entry === "object" && entry !== null ? entry : {}) as Record<string, unknown>;
  const properties = typeof schema === "object" ? Object.entries(schema.properties ?? {}) : [];
  const name = nameOfEntry(entry, list);
  const kind = typeof content["kind"] === "string" ? content["kind"] : null;
  const rest = properties.filter(([key]) => !["name", "title", "kind", "pos"].includes(key));
  const { facts, parts } = sorted(rest);
  return (
    <section className="document-view__entry">
      <h5 className="document-view__name">
        {name}
        {kind !== null && kind.toLowerCase() !== name.toLowerCase() && <Chip>{spoken(kind)}</Chip>}
      </h5>
      <Facts fields={facts} content={content} />
      {parts.map(([key, part]) =>
        part["x-field"] === "traits" ? (
          <Traits key={key} traits={content[key]} />
        ) : (
          <Part key={key} name={key} schema={part} value={content[key]} />
        ),
      )}
    </section>
  );
}

function Traits({ traits }: { traits: unknown }) {
  const known = (typeof traits === "object" && traits !== null ? traits : {}) as Record<string, unknown>;
  return <Facts fields={Object.keys(known).map((key) => [key, {}])} content={known} />;
}

function Text({ name, value }: { name: string; value: unknown }) {
  if (typeof value !== "string" || value.trim() === "") return null;
  const isPlain = name === "lyrics";
  return (
    <div className="document-view__text" data-text={name}>
      {!isPlain && <span className="document-view__label">{spoken(name)}</span>}
      <p>{value}</p>
    </div>
  );
}

/** What reads as one line of facts, and what needs room. */
function sorted(fields: Fields): { facts: Fields; parts: Fields } {
  const isPart = ([, schema]: Fields[number]) =>
    ["text", "record", "entries", "traits", "foreign"].includes(schema["x-field"] ?? "");
  const shown = fields.filter(([key]) => key !== "pos");
  return { facts: shown.filter((field) => !isPart(field)), parts: shown.filter(isPart) };
}

function isEmptyRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
