"""One file a document kind: roots, schema, first content, summary."""
