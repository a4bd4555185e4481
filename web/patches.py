"""The two ways a PATCH says what it wants: JSON Merge Patch (RFC 7396) and JSON Patch (RFC 6902)."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any, Literal

import jsonpatch
from pydantic import BaseModel, ConfigDict, Field, RootModel

from core.errors import Conflict, Invalid, TooLarge
from core.limits import BODY_BYTES_MAX, PATCH_COPIES_MAX, PATCH_OPERATIONS_MAX

JsonObject = dict[str, Any]


class MergePatch(RootModel[JsonObject]):
    """The fields to change; null empties a field, objects are merged, lists are replaced."""

    def apply(self, content: JsonObject) -> JsonObject:
        """Return the content as this patch wants it."""
        merged = _merge(content, self.root)
        assert isinstance(merged, dict)
        return merged


class PatchOperation(BaseModel):
    """One step of a JSON Patch."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    op: Literal["add", "remove", "replace", "move", "copy", "test"]
    path: str = Field(pattern=r"^(/([^~]|~[01])*)*$")
    from_: str | None = Field(default=None, alias="from", pattern=r"^(/([^~]|~[01])*)*$")
    value: Any = None

    def as_json(self) -> JsonObject:
        """Return the step as the library reads it. Raises Invalid when a member it needs is missing."""
        needed = {"move": "from_", "copy": "from_", "add": "value", "replace": "value", "test": "value"}.get(self.op)
        if needed is not None and needed not in self.model_fields_set:
            raise Invalid(f"The operation {self.op} needs {needed.rstrip('_')!r}.", path=self.path)
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class JsonPatch(RootModel[list[PatchOperation]]):
    """Steps that are carried out in order, all or none."""

    def apply(self, content: JsonObject) -> JsonObject:
        """Return the content as these steps leave it.

        Raises Conflict when a step does not fit the content (a failed test, a path that is not there), Invalid.
        """
        if len(self.root) > PATCH_OPERATIONS_MAX:
            raise TooLarge(f"A JSON Patch has at most {PATCH_OPERATIONS_MAX} operations.")
        if sum(step.op == "copy" for step in self.root) > PATCH_COPIES_MAX:
            raise TooLarge(f"A JSON Patch has at most {PATCH_COPIES_MAX} copy operations.")
        result: Any = deepcopy(content)
        for step in self.root:
            result = _step(result, step)
        if not isinstance(result, dict):
            raise Invalid("The patch leaves no object.", path="")
        return result


def _merge(target: Any, patch: Any) -> Any:
    """Carry out RFC 7396, section 2. What the patch does not name is shared with the target, nothing is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge(merged.get(name), value)
    return merged


def _step(content: Any, step: PatchOperation) -> Any:
    """Carry out one step on the content itself."""
    try:
        changed = jsonpatch.JsonPatch([step.as_json()]).apply(content, in_place=True)
    except jsonpatch.JsonPatchConflict as error:
        raise Conflict(
            f"The operation {step.op} at {step.path or 'the whole document'} does not fit: {error}"
        ) from None
    except jsonpatch.JsonPatchTestFailed:
        raise Conflict(f"The test at {step.path or 'the whole document'} failed.") from None
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, KeyError, ValueError) as error:
        raise Invalid(f"The operation {step.op} cannot be carried out: {error}", path=step.path) from None
    if step.op == "copy" and len(json.dumps(changed)) > 2 * BODY_BYTES_MAX:
        raise TooLarge("The patch makes the document too large.")
    return changed
