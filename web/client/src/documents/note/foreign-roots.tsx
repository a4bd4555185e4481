// What other programs keep in a note, to be read and copied.
const ROWS_MAX = 16;

export function ForeignRoots({ roots }: { roots: readonly { name: string; json: string }[] }) {
  if (roots.length === 0) return null;
  return (
    <section className="note-editor__roots" aria-labelledby="foreign-heading">
      <h2 id="foreign-heading">Written by another program</h2>
      <p className="note-editor__lead">
        Read-only here. Notes take whatever any Yjs program writes; edit these parts where they were made.
      </p>
      {roots.map(({ name, json }) => (
        <details key={name} className="note-editor__root">
          <summary>{name}</summary>
          <textarea
            readOnly
            aria-label={`Content of ${name}`}
            rows={Math.min(ROWS_MAX, json.split("\n").length + 1)}
            value={json}
            spellCheck={false}
          />
        </details>
      ))}
    </section>
  );
}
