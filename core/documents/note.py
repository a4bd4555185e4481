"""Notes: free text for any stock client. Every root name and type is accepted; nothing is checked beyond size.

A root that came over a wire has no type in pycrdt until somebody asks for it with one, so types are inferred from what
the roots hold.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import Any, ClassVar, Final, NamedTuple

from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment, XmlText

from core.crdt.apply import CannotApply, panics_are_errors
from core.crdt.places import Holds, Places
from core.crdt.text import is_plain, rewrite
from core.crdt.updates import Content, SharedType, Struct, decode_state_vector, read_update
from core.documents.kind import DocumentKind, DocumentWarning, Summary
from core.documents.schema import FIELD, Line, LongText, Schema, text_problem
from core.errors import BadMessage, Invalid, Quarantined

#: The root our own screens write in.
TEXT_ROOT: Final = "text"
#: The root that holds the title, so that it never collides with a stock client's roots.
NOTE_ROOT: Final = "note"
_OTHER_ROOTS: Final = "What stock clients keep in other roots, by name; what cannot be shown is {problem: text}."
_SUBTITLE_CHARS_MAX: Final = 80
_XML_TYPES: Final = (SharedType.XML_ELEMENT, SharedType.XML_TEXT, SharedType.XML_HOOK)


class Note(DocumentKind):
    """A text, or whatever a stock client makes of it."""

    name: ClassVar[str] = "note"

    @property
    def schema(self) -> Schema | None:
        """No fields: anything goes, within size."""
        return None

    @property
    def roots(self) -> Mapping[str, type]:
        """The roots our own screens use; others are welcome."""
        return {NOTE_ROOT: Map, TEXT_ROOT: Text}

    def first_content(self, *, title: str, client_id: int) -> bytes:
        """Return the title as one update. Raises Invalid when it cannot be one."""
        doc: Doc[Any] = Doc(client_id=client_id)
        self.edit(doc, {"title": title})
        return doc.get_update()

    def to_json(self, doc: Doc[Any]) -> dict[str, Any]:
        """Return title, text, and every other root under `roots`, by name.

        A root that cannot be shown is an object with its `problem`. Raises Quarantined when nothing can be.
        """
        try:
            with panics_are_errors():
                return self._read(doc)
        except CannotApply as error:
            raise Quarantined(f"this document is damaged and cannot be shown: {error}") from None

    def _read(self, doc: Doc[Any]) -> dict[str, Any]:
        with doc.transaction():
            roots = typed_roots(doc)
            note, text = roots.pop(NOTE_ROOT, None), roots.pop(TEXT_ROOT, None)
            if text is not None and not isinstance(text, Text):
                roots[TEXT_ROOT], text = text, None
            title = _plain(note.get("title")) if isinstance(note, Map) else None
            return {
                "title": title if isinstance(title, str) else None,
                "text": _plain(str(text)) if text is not None else "",
                "roots": {name: _plain(roots[name]) for name in sorted(roots)},
            }

    def edit(self, doc: Doc[Any], target: dict[str, Any]) -> None:
        """Change title and text. Other roots belong to the clients that made them: naming them changed is Invalid."""
        current = self.to_json(doc)
        _check(target, current)
        with doc.transaction():
            text, shared = target.get("text") or "", doc.get(TEXT_ROOT, type=Text)
            if text != current["text"] and not is_plain(shared):
                raise Invalid("/text holds embedded objects; edit it where they are shown", path="/text")
            title = target.get("title")
            if title != current["title"]:
                note = doc.get(NOTE_ROOT, type=Map)
                if title is not None:
                    note["title"] = title
                elif "title" in note:
                    del note["title"]
            if text != current["text"]:
                rewrite(shared, text)

    def summary_of(self, content: Mapping[str, Any]) -> Summary:
        """Sum up: the first line; how many words."""
        words = len(content["text"].split())
        first_line = next((line.strip() for line in content["text"].splitlines() if line.strip()), "")
        return Summary(content["title"] or "Untitled", first_line[:_SUBTITLE_CHARS_MAX], {"words": words})

    def warnings_of(self, content: Mapping[str, Any]) -> list[DocumentWarning]:
        """Return nothing: a note may be anything."""
        return []

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        others = {"type": "object", "description": _OTHER_ROOTS, "readOnly": True, FIELD: "foreign"}
        properties = {"title": Line().json_schema(), "text": LongText().json_schema(), "roots": others}
        return {"title": "note", "type": "object", "properties": properties, "additionalProperties": False}


class Problem(NamedTuple):
    """What stands in for a root that cannot be shown."""

    message: str


def typed_roots(doc: Doc[Any]) -> dict[str, Any]:
    """Return every root that holds something, as a shared type; untyped ones get the type their content has.

    A root with content that its types cannot hold comes as a Problem: reading it might never end. Raises Quarantined
    when the document's own bytes make no sense.
    """
    update = doc.get_update()
    places = Places()
    try:
        structs = read_update(update, structs_max=len(update)).structs
    except BadMessage as error:
        raise Quarantined(f"this document is damaged and cannot be shown: {error.message}") from None
    problems = places.learn(structs)
    if decode_state_vector(doc.get_state()) != places.ends():
        raise Quarantined("this document is damaged and cannot be shown: it is not as long as it says")
    types = _types(structs, places.held())
    roots: dict[str, Any] = {}
    for name, root in doc.items():
        if isinstance(root, Array) and types.get(name) is Text:
            problems.setdefault(name, "a list holds content of another type")
        if name in problems:
            roots[name] = Problem(f"cannot be shown: {problems[name]}")
        elif root is not None:
            roots[name] = root
        elif name in types:
            roots[name] = doc.get(name, type=types[name])
    return roots


def inferred_types(structs: list[Struct]) -> dict[str, type]:
    """Return the type of each root whose content says it. Deleted content says nothing."""
    places = Places()
    places.learn(structs)
    return _types(structs, places.held())


def _types(structs: list[Struct], held: Mapping[str, Holds]) -> dict[str, type]:
    """Return the type of each root: by what its sequence holds, otherwise a map when it has entries."""
    types: dict[str, type] = {}
    for struct in structs:
        if not isinstance(struct.parent, str):
            continue
        if struct.has_key:
            types.setdefault(struct.parent, Map)
        elif struct.content not in (Content.DELETED, Content.GC) and types.get(struct.parent, Map) is Map:
            types[struct.parent] = XmlFragment if struct.shared_type in _XML_TYPES else Array
    has_title = types.get(NOTE_ROOT) is Map
    types |= {name: Text if holds is Holds.TEXT else Array for name, holds in held.items()}
    if has_title:
        types[NOTE_ROOT] = Map
    return types


def _check(target: dict[str, Any], current: dict[str, Any]) -> None:
    for key in target:
        if key not in current:
            raise Invalid(f"/{key} is not a field of a note; there are title, text and roots", path=f"/{key}")
    if target.get("roots", current["roots"]) != current["roots"]:
        raise Invalid("/roots is written by the clients that made it, not here", path="/roots")
    title, text = target.get("title"), target.get("text") or ""
    problem = Line().problem(title) if title is not None else None
    if problem is not None:
        raise Invalid(f"/title {problem}", path="/title")
    problem = text_problem(text, LongText())
    if problem is not None:
        raise Invalid(f"/text {problem}", path="/text")
    if text and TEXT_ROOT in current["roots"]:
        raise Invalid("/text cannot be written: a client keeps something other than a text there", path="/text")


def _plain(value: Any) -> Any:
    """Return what a root holds as JSON: whole numbers as such, members in order, bytes in base 64."""
    match value:
        case Map():
            return {_plain(key): _plain(value[key]) for key in sorted(value.keys())}
        case Array():
            return [_plain(item) for item in value]
        case Text() | XmlText() | XmlElement() | XmlFragment():
            return _plain(str(value))
        case Problem(message):
            return {"problem": message}
        case Doc():
            return {"subdocument": value.guid}
        case dict():
            return {_plain(key): _plain(value[key]) for key in sorted(value)}
        case list() | tuple():
            return [_plain(item) for item in value]
        case bytes() | bytearray():
            return {"base64": base64.b64encode(value).decode()}
        case float():
            if not math.isfinite(value):
                return None
            return int(value) if value.is_integer() and abs(value) < 2**53 else value
        case str():
            # PostgreSQL's JSON cannot hold U+0000.
            return value.replace("\x00", "\ufffd")
        case _:
            return value
