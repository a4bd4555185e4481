"""What a kind of document can do, and how most kinds do it from their fields alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from pycrdt import Doc

from core.documents.cleaning import clean_document
from core.documents.editing import edit_document
from core.documents.reading import read_document, root_type
from core.documents.schema import Root, Schema, pointer
from core.limits import ENTRIES_MAX, LABELS_MAX


class Summary(NamedTuple):
    """What a list of documents shows of one."""

    title: str
    subtitle: str
    counts: dict[str, int]


class DocumentWarning(NamedTuple):
    """Something a person should look at; it never keeps an edit out."""

    #: JSON Pointer.
    path: str
    message: str


class DocumentKind(ABC):
    """One kind of document. Stateless; every method works on the document given to it."""

    name: ClassVar[str]
    #: The plain field at the top level that holds the title.
    title_field: ClassVar[str] = "title"

    @property
    @abstractmethod
    def roots(self) -> Mapping[str, type]:
        """The shared types at the top of the document, by name."""

    @abstractmethod
    def first_content(self, *, title: str, client_id: int) -> bytes:
        """Return the update every new document starts with: the same bytes for the same arguments. Raises Invalid."""

    @abstractmethod
    def to_json(self, doc: Doc[Any]) -> dict[str, Any]:
        """Return the document's JSON, in the same order for the same content."""

    @abstractmethod
    def edit(self, doc: Doc[Any], target: dict[str, Any]) -> None:
        """Turn the document into `target` by the fewest CRDT edits, in one transaction (or the caller's).

        Raises Invalid with the path before anything is changed.
        """

    @abstractmethod
    def summary_of(self, content: Mapping[str, Any]) -> Summary:
        """Sum up a document's JSON for a list."""

    @abstractmethod
    def warnings_of(self, content: Mapping[str, Any]) -> list[DocumentWarning]:
        """Return what breaks a rule that two valid edits can break together: counts, uniqueness, across fields."""

    def summary(self, doc: Doc[Any]) -> Summary:
        """Sum up a document for a list."""
        return self.summary_of(self.to_json(doc))

    def warnings(self, doc: Doc[Any]) -> list[DocumentWarning]:
        """Return what a person should look at in a document."""
        return self.warnings_of(self.to_json(doc))

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form (JSON Schema 2020-12)."""

    @property
    @abstractmethod
    def schema(self) -> Schema | None:
        """The fields the guard holds the document to; None: anything goes, within size."""


class SchemaKind(DocumentKind):
    """A kind that follows from its fields. Subclasses add the summary and warnings of their own."""

    fields: ClassVar[Mapping[str, Any]]
    #: Plain values of the top level a new document starts with, besides its title.
    first_values: ClassVar[Mapping[str, Any]] = {}

    @cached_property
    def schema(self) -> Schema:
        """The fields the guard holds the document to."""
        return Schema(self.name, self.fields)

    @cached_property
    def _roots(self) -> dict[str, Root]:
        return self.schema.roots()

    @cached_property
    def roots(self) -> Mapping[str, type]:
        """The shared types at the top of the document, by name."""
        return {name: root_type(root) for name, root in self._roots.items()}

    def first_content(self, *, title: str, client_id: int) -> bytes:
        """Return the title and the usual values as one update. Raises Invalid when the title cannot be one."""
        doc: Doc[Any] = Doc(client_id=client_id)
        self.edit(doc, {**self.first_values, self.title_field: title})
        return doc.get_update()

    def to_json(self, doc: Doc[Any]) -> dict[str, Any]:
        """Return the document's JSON in the order of the schema."""
        return read_document(self.schema, self._roots, doc)

    def edit(self, doc: Doc[Any], target: dict[str, Any]) -> None:
        """Turn the document into `target`; fields that are missing or null become empty. Raises Invalid."""
        cleaned = clean_document(self.schema, target)
        with doc.transaction():
            edit_document(self.schema, self._roots, doc, current=self.to_json(doc), target=cleaned)

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        return self.schema.json_schema()

    def warnings_of(self, content: Mapping[str, Any]) -> list[DocumentWarning]:
        """Return the warnings every kind has: no title, too many entries or labels."""
        found = [] if content[self.title_field] else [DocumentWarning(pointer((self.title_field,)), "has no title yet")]
        for path, value in _containers(content, ()):
            limit = LABELS_MAX if isinstance(value, list) else ENTRIES_MAX
            if len(value) > limit:
                found.append(
                    DocumentWarning(pointer(path), f"has {len(value)} items; more than {limit} are hard to work with")
                )
        return found


def _containers(value: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    """Return every list and object in the JSON with its path."""
    if isinstance(value, list):
        return [(path, value)]
    if not isinstance(value, Mapping):
        return []
    found = [inner for key, item in value.items() for inner in _containers(item, (*path, key))]
    return [(path, value), *found] if path else found
