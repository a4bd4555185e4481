"""The guard of a document's twin: after a transaction it checks what was touched, and nothing else (P7).

Two looks at every transaction. The **bytes** it brought show its shape (`shapes.py`): a map with hidden sequence items,
a text with hidden entries, formatting, embedded objects, new roots, another type under a known name show there, and
some of them nowhere else. The **events** name the keys that changed; their values are read from the document and held
against the schema (`values.py`).

Only rules that two valid concurrent edits cannot break together are checked, so an edit that was fine alone is never
refused because of another's. The length of a text is the one bound that two people can reach together, and it lies far
beyond any real text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pycrdt import Doc, Subscription, TransactionEvent

from core.crdt.updates import SharedType
from core.documents import values
from core.documents.kind import DocumentKind
from core.documents.nested import NestingWatch
from core.documents.reading import root_type
from core.documents.schema import LongText, Root, Violation, pointer
from core.documents.shapes import ShapeCheck

__all__ = ["Guard", "Violation"]

#: An update that changes nothing.
_NOTHING = b"\x00\x00"


class Guard:
    """Observes one document, from the moment it is made, until it is closed.

    Make it after the document has been loaded, call `check` after every transaction (or batch of them); when it
    answers with violations, throw the document away with its guard: the document holds what was refused.
    """

    def __init__(self, kind: DocumentKind, doc: Doc[Any]) -> None:
        self._doc = doc
        self._updates: list[bytes] = []
        #: Keys that changed, by root and path of the container they are in; for a text, no keys.
        self._changed: dict[tuple[str, ...], set[str]] = {}
        #: Which kinds of nested containers changed.
        self._nested: set[SharedType] = set()
        self._touched: frozenset[str] = frozenset()
        self._roots: Mapping[str, Root] = kind.schema.roots() if kind.schema is not None else {}
        self._shape: ShapeCheck | NestingWatch = ShapeCheck(self._roots, doc) if self._roots else NestingWatch(doc)
        #: Kept: a wrapper that is dropped never fires.
        self._shared = {name: doc.get(name, type=root_type(root)) for name, root in self._roots.items()}
        self._subscriptions: list[Subscription] = [doc.observe(self._heard_transaction)]
        for name, shared in self._shared.items():
            # The raw events compute what changed only when asked: a long text's delta is never needed here.
            self._subscriptions.append(shared.integrated.observe_deep(self._listener(name)))

    def check(self) -> list[Violation]:
        """Return what the transactions since the last check broke; empty when the document is as it must be.

        What has an exact path comes first.
        """
        updates, self._updates = self._updates, []
        changed, self._changed = self._changed, {}
        nested, self._nested = frozenset(self._nested), set()
        self._touched = self._pointers(changed, updates)
        found: list[Violation] = []
        if changed:
            with self._doc.transaction():
                for (name, *path), keys in changed.items():
                    found.extend(values.problems(self._roots[name], self._shared[name], tuple(path), sorted(keys)))
        for update in updates:
            found.extend(self._shape.problems(update, nested_changed=nested))
        return found

    def touched(self) -> frozenset[str]:
        """Return the places the last check looked at, as JSON Pointers.

        A container that was added, replaced or deleted stands for all it holds. A document without a schema says only
        whether anything was touched (the empty pointer).
        """
        return self._touched

    def close(self) -> None:
        """Stop observing; the guard is of no use afterwards."""
        for subscription in self._subscriptions:
            subscription.drop()
        self._subscriptions.clear()
        if isinstance(self._shape, NestingWatch):
            self._shape.close()

    def _heard_transaction(self, event: TransactionEvent) -> None:
        update = event.update
        if update != _NOTHING:
            self._updates.append(update)

    def _listener(self, name: str) -> Callable[[list[Any]], None]:
        def heard(events: list[Any]) -> None:
            for event in events:
                path, keys = event.path, getattr(event, "keys", None)
                self._changed.setdefault((name, *map(str, path)), set()).update(keys or ())
                if path:
                    self._nested.add(SharedType.TEXT if keys is None else SharedType.MAP)

        return heard

    def _pointers(self, changed: Mapping[tuple[str, ...], set[str]], updates: list[bytes]) -> frozenset[str]:
        if not self._roots:
            return frozenset({""} if updates else ())
        pointers: set[str] = set()
        for (name, *path), keys in changed.items():
            root = self._roots[name]
            place = (*root.path, *path)
            if isinstance(root.field, LongText) or not keys:
                pointers.add(pointer(place))
            pointers.update(pointer((*place, key)) for key in keys)
        return frozenset(pointers)
