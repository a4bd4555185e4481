"""The shape of what a transaction brought: does each root, map and text hold the sort of content it is meant to hold?

pycrdt shows a map's entries and a text's characters, and stays silent about sequence items hidden in a map or entries
hidden in a text. In the bytes nothing is hidden: content either names what it lies in, or stands beside content that
did. So it is enough to check every run that names its parent, and what every run holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pycrdt import Doc

from core.crdt.updates import Content, Id, SharedType, Struct, read_update
from core.documents.schema import LongText, Root, Violation, pointer
from core.errors import BadMessage

#: What a text may hold; formatting and embedded objects are no part of any field.
_IN_TEXT: Final = frozenset({Content.STRING, Content.DELETED})
#: What a map's entry may hold; whether the value fits the field is the business of `values.py`.
_IN_MAP: Final = frozenset({Content.ANY, Content.TYPE, Content.DELETED, Content.BINARY, Content.SUBDOCUMENT})


class ShapeCheck:
    """Checks the bytes of transactions on one document."""

    def __init__(self, roots: Mapping[str, Root], doc: Doc[Any]) -> None:
        self._roots = roots
        self._doc = doc
        #: Every nested type in the document, read when first needed: most edits never do.
        self._types: dict[Id, SharedType] | None = None

    def problems(self, update: bytes, *, nested_changed: frozenset[SharedType]) -> Iterator[Violation]:
        """Yield what is wrong with the shape of the update, which the document has already taken in.

        `nested_changed` names the nested types that fired events: where only maps did, an entry lies in a map.
        """
        try:
            structs = _structs(update)
        except BadMessage as error:
            # Each update was read before; several of them in one transaction may nest too deep together.
            yield Violation("", error.message)
            return
        brought = _types(structs)
        if self._types is not None:
            self._types |= brought
        for struct in structs:
            if struct.content is Content.GC:
                continue
            reason = _content_problem(struct)
            if reason is not None:
                yield Violation(self._path(struct.parent), reason)
            elif isinstance(struct.parent, str):
                yield from self._root_problem(struct.parent, has_key=struct.has_key)
            elif struct.parent is not None:
                expected = SharedType.MAP if struct.has_key else SharedType.TEXT
                if struct.content is Content.DELETED or nested_changed != {expected}:
                    yield from self._nested_problem(struct.parent, brought, expected)

    def _root_problem(self, name: str, *, has_key: bool) -> Iterator[Violation]:
        root = self._roots.get(name)
        if root is None:
            yield Violation(pointer((name,)), "is not a field of this document")
        elif has_key is isinstance(root.field, LongText):
            yield Violation(self._path(name), "got content of another type")

    def _nested_problem(self, parent: Id, brought: dict[Id, SharedType], expected: SharedType) -> Iterator[Violation]:
        kind = brought.get(parent)
        if kind is None:
            if self._types is None:
                self._types = _types(_structs(self._doc.get_update()))
            kind = self._types.get(parent)
        # A parent that is gone takes its content with it.
        if kind is not None and kind is not expected:
            yield Violation("", "something inside got content of another type")

    def _path(self, parent: Id | str | None) -> str:
        if not isinstance(parent, str):
            return ""
        root = self._roots.get(parent)
        return pointer(root.path if root is not None else (parent,))


def _content_problem(struct: Struct) -> str | None:
    if not struct.has_key:
        return None if struct.content in _IN_TEXT else "only plain text can be written in a text"
    if struct.content not in _IN_MAP or (struct.content is Content.ANY and struct.length != 1):
        return "an entry must hold one plain value, a text or a map"
    return None


def _structs(update: bytes) -> list[Struct]:
    # The bytes come from our own document: only nesting, not their number, can be wrong here.
    return read_update(update, structs_max=len(update)).structs


def _types(structs: list[Struct]) -> dict[Id, SharedType]:
    return {(item.client_id, item.clock): item.shared_type for item in structs if item.shared_type is not None}
