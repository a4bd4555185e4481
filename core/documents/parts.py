"""Bringing back a part of a document and leaving the rest as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from core.documents.schema import pointer
from core.errors import Conflict, NotFound

_MISSING: Final = object()


def with_part(now: Mapping[str, Any], past: Mapping[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Return what a document says now, except at `path`, where it says what it said in the past.

    An entry that was not there then is taken out, one that is gone comes back. No path: everything is as it was then.
    Raises NotFound when nothing was or is at the path, Conflict when what it lies in is gone.
    """
    target = deepcopy(dict(past if not path else now))
    if not path:
        return target
    holder = _at(target, path[:-1])
    then = _at(past, path)
    if not isinstance(holder, dict):
        if then is _MISSING:
            raise NotFound(f"Nothing was ever at {pointer(tuple(path))} in these two.")
        raise Conflict(f"What {pointer(tuple(path))} lies in is gone; bring {pointer(tuple(path[:-1]))} back instead.")
    if then is not _MISSING:
        holder[path[-1]] = deepcopy(then)
    elif path[-1] in holder:
        del holder[path[-1]]
    else:
        raise NotFound(f"Nothing was ever at {pointer(tuple(path))} in these two.")
    return target


def _at(content: Any, path: Sequence[str]) -> Any:
    for part in path:
        if not isinstance(content, Mapping) or part not in content:
            return _MISSING
        content = content[part]
    return content
