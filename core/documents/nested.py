"""The one rule of documents without a schema: how deep shared types may lie in each other.

The library recurses into nested types when it prints them, and a deep document kills the process that does. One update
is bounded by its reader; what many updates pile up is bounded here. A document without nested types, such as a plain
text, costs nothing but reading the bytes of each transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pycrdt import Doc, Subscription

from core.crdt.nesting import check_nesting
from core.crdt.updates import SharedType, read_update
from core.documents.note import inferred_types
from core.documents.schema import Violation, pointer
from core.errors import BadMessage
from core.limits import NESTING_LEVELS_MAX


class NestingWatch:
    """Watches how deep the types of one document lie."""

    def __init__(self, doc: Doc[Any]) -> None:
        self._doc = doc
        #: Roots under observation, kept because a wrapper that is dropped never fires; empty until types are nested.
        self._roots: dict[str, Any] = {}
        self._subscriptions: list[Subscription] = []
        self._too_deep: list[str] = []

    def problems(self, update: bytes, *, nested_changed: frozenset[SharedType]) -> Iterator[Violation]:
        """Yield what is too deep after a transaction that brought these bytes."""
        try:
            structs = read_update(update, structs_max=len(update)).structs
        except BadMessage as error:
            # Each update was read before; several of them in one transaction may nest too deep together.
            yield Violation("", error.message)
            return
        if self._roots:
            self._watch(inferred_types(structs))
        elif any(struct.shared_type is not None for struct in structs):
            yield from self._whole_document()
        for name in dict.fromkeys(self._too_deep):
            yield Violation(pointer((name,)), f"types are nested deeper than {NESTING_LEVELS_MAX} levels")
        self._too_deep.clear()

    def close(self) -> None:
        """Stop observing."""
        for subscription in self._subscriptions:
            subscription.drop()
        self._subscriptions.clear()

    def _whole_document(self) -> Iterator[Violation]:
        state = self._doc.get_update()
        try:
            structs = read_update(state, structs_max=len(state)).structs
            check_nesting(structs, levels_max=NESTING_LEVELS_MAX)
        except BadMessage as error:
            yield Violation("", error.message)
            return
        self._watch(inferred_types(structs))

    def _watch(self, types: dict[str, type]) -> None:
        for name, shared_type in types.items():
            if name not in self._roots:
                root = self._doc.get(name, type=shared_type)
                self._roots[name] = root
                self._subscriptions.append(root.integrated.observe_deep(self._listener(name)))

    def _listener(self, name: str) -> Any:
        def heard(events: list[Any]) -> None:
            if any(len(event.path) > NESTING_LEVELS_MAX for event in events):
                self._too_deep.append(name)

        return heard
