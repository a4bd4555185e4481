"""Which engines there are. A new engine is one package and one line here."""

from __future__ import annotations

from core.errors import NotFound
from workers.engines.local.engine import LocalEngine
from workers.engines.port import Engine


def engines() -> tuple[Engine, ...]:
    """Return every engine, the default first. Cheap: engines load their libraries when they render."""
    return (LocalEngine(),)


def engine_named(name: str) -> Engine:
    """Return the engine. Raises NotFound with the names there are."""
    found = {engine.name: engine for engine in engines()}
    if name not in found:
        raise NotFound(f"there is no engine {name!r}; there is {', '.join(sorted(found))}")
    return found[name]
