"""Which kinds of documents there are. A new kind is one file, and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from core.documents.kind import DocumentKind
from core.documents.note import Note
from core.documents.persona import Persona
from core.documents.song import Song
from core.documents.world import World
from core.errors import Invalid


def kind_named(name: str) -> DocumentKind:
    """Return the kind with this name. Raises Invalid."""
    kind = KINDS.get(name)
    if kind is None:
        raise Invalid(f"there is no kind of document named {name!r}; there are {', '.join(KINDS)}", path="/kind")
    return kind


def _by_name(*kinds: DocumentKind) -> Mapping[str, DocumentKind]:
    named = {kind.name: kind for kind in kinds}
    assert len(named) == len(kinds), "two kinds with one name"
    return MappingProxyType(named)


KINDS: Final = _by_name(Song(), Persona(), World(), Note())
