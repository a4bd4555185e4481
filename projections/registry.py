"""Which projections there are: every file of this folder that has a `projection(sources)`. A new one is one file."""

from __future__ import annotations

import importlib
import pkgutil

import projections
from core.errors import Misconfigured
from projections.port import Projection, Sources


def find_projections(sources: Sources) -> list[Projection]:
    """Return every projection. Raises Misconfigured when two have one name."""
    found: dict[str, Projection] = {}
    for module_info in pkgutil.iter_modules(projections.__path__):
        module = importlib.import_module(f"{projections.__name__}.{module_info.name}")
        make = getattr(module, "projection", None)
        if make is not None and getattr(make, "__module__", None) == module.__name__:
            projection = make(sources)
            if found.setdefault(projection.name, projection) is not projection:
                raise Misconfigured(f"Two projections have the name {projection.name!r}.")
    return list(found.values())
